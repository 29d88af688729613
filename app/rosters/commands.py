"""`flask people import …`: a roster taken in from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import select

from app.core.console import Failed, Group, row_id, say
from app.core.db import begin_writing, db
from app.core.i18n import in_both
from app.core.i18n import lazy_gettext as _l
from app.places.models import Level, Place
from app.rosters import queries, services
from app.rosters.plan import FATE_LABELS, Fate, Plan

people = Group("people", help="Residents.")
commands = [people]


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--community", required=True, metavar="NAME|ID", help="whose residents they are")
@click.option("--estate", metavar="NAME", help="the estate of rows that name none")
@click.option("--create-in", metavar="NAME", help="make missing buildings in this estate")
@click.option("--apply", is_flag=True, help="take them over; without it nothing is changed")
def import_people(
    file: Path, community: str, estate: str | None, create_in: str | None, *, apply: bool
) -> None:
    """Show what becomes of the rows of FILE, and with --apply take them over."""
    begin_writing()
    where = _community(community)
    plan = services.take_file(
        None,
        community=where,
        name=file.name,
        content=file.read_bytes(),
        create_in=_named(queries.parents_for_buildings(where), create_in),
        estate=_named(queries.estates(where), estate),
        apply=apply,
    )
    if apply:
        db.session.commit()
    else:
        db.session.rollback()
    _print(plan)
    say(
        _l("Taken over.") if apply else _l("Nothing was changed. With --apply they are taken over.")
    )


def _print(plan: Plan) -> None:
    counts = plan.counts
    for fate in Fate:
        click.echo(f"{counts[fate]:>8}  {in_both(FATE_LABELS[fate], ' ')}")
    for name, rows in plan.missing.most_common():
        message = _l("There is no building %(name)s (%(rows)s rows).", name=name, rows=rows)
        click.echo(in_both(message, " "))
    for verdict in plan.verdicts:
        entry = verdict.entry
        said = [*filter(None, [verdict.reason]), *entry.warnings]
        if verdict.fate is not Fate.SAME or said:
            words = "; ".join(in_both(phrase, " ") for phrase in said)
            what = in_both(FATE_LABELS[verdict.fate], " ")
            click.echo(f"{entry.sheet} {entry.number}: {entry.name} [{what}] {words}".rstrip())


def _community(text: str) -> Place:
    """The community with this id, else this name, which has to be the only one."""
    communities = select(Place).where(Place.level == Level.COMMUNITY)
    found = db.session.scalar(communities.where(Place.id == (row_id(text) or 0)))
    if found is not None:
        return found
    named = db.session.scalars(communities.where(Place.name == text).limit(2)).all()
    if not named:
        raise Failed(_l("There is no community %(name)s.", name=text))
    if len(named) > 1:
        raise Failed(_l("There is more than one community %(name)s: give its id.", name=text))
    return named[0]


def _named(estates: Sequence[tuple[int, str]], name: str | None) -> int | None:
    if name is None:
        return None
    named = [id_ for id_, text in estates if text == name]
    if not named:
        raise Failed(_l("There is no estate %(name)s.", name=name))
    if len(named) > 1:
        raise Failed(_l("There is more than one estate %(name)s.", name=name))
    return named[0]
