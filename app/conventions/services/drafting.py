"""Writing the text: a draft, its clauses, and amendments of what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from app.audit import interface as audit
from app.conventions import policy
from app.conventions.models import (
    Clause,
    ClauseClass,
    Convention,
    ConventionKind,
    ConventionVersion,
    Opinion,
    VersionStep,
)
from app.conventions.queries import texts as queries
from app.conventions.services.opinions import put_in_text
from app.conventions.services.steps import step
from app.conventions.states import VersionState
from app.core import clock
from app.core.db import db, flushing
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.access import Actor
    from app.places.models import Place


def draft(
    actor: Actor,
    *,
    place: Place,
    community: Place,
    kind: ConventionKind,
    title: str,
    preamble: str,
    legal_basis: str,
) -> Convention:
    """Begin a convention with its first version, still without clauses. Refused if its place has
    one of this title already."""
    convention = Convention(
        community_id=community.id, place_id=place.id, kind=kind, title=title, created_by_id=actor.id
    )
    with flushing(_taken()):
        db.session.add(convention)
    _begin_version(actor, convention, number=1, preamble=preamble, legal_basis=legal_basis)
    audit.record(
        actor, "convention.draft", kind="convention", id=convention.id, path=place.path, title=title
    )
    return convention


def amend(actor: Actor, convention: Convention) -> ConventionVersion:
    """Begin a new version with the text in force; each clause knows its origin. Refused while
    another version is under way."""
    versions = queries.versions_of(convention.id)
    if any(version.state not in policy.PUBLISHED for version in versions):
        raise Refused(_l("A version is under way already."))
    base = next(
        (version for version in versions if version.state is VersionState.IN_FORCE), versions[0]
    )
    version = _begin_version(
        actor,
        convention,
        number=versions[0].number + 1,
        preamble=base.preamble,
        legal_basis=base.legal_basis,
    )
    db.session.add_all(
        Clause(
            version_id=version.id,
            position=clause.position,
            heading=clause.heading,
            text=clause.text,
            clause_class=clause.clause_class,
            origin_id=clause.origin_id or clause.id,
        )
        for clause in queries.clauses_of(base.id)
    )
    db.session.flush()
    audit.record(
        actor, "convention.amend", kind="convention", id=convention.id, path=convention.place.path
    )
    return version


def revise(
    actor: Actor,
    version: ConventionVersion,
    *,
    preamble: str,
    legal_basis: str,
    lawyer_opinion: str,
    seen: int,
    takes_up: Opinion | None = None,
) -> None:
    """Change what stands around the clauses. `seen` is the version counter the form was made from,
    `takes_up` the opinion because of which it is changed.

    Refused if the text is not being drafted or the opinion was not taken up; Stale if the text has
    changed since `seen`.
    """
    _touch(version, seen)
    version.preamble, version.legal_basis, version.lawyer_opinion = (
        preamble,
        legal_basis,
        lawyer_opinion,
    )
    put_in_text(version, takes_up, None)
    db.session.flush()
    audit.record(
        actor,
        "convention.revise",
        kind="convention_version",
        id=version.id,
        path=version.convention.place.path,
    )


def rename(
    actor: Actor,
    version: ConventionVersion,
    *,
    place: Place,
    community: Place,
    kind: ConventionKind,
    title: str,
) -> None:
    """Change a convention's kind, place and title. Refused once residents have been asked, or if
    the place has one of this title already."""
    if not policy.seen_by_nobody(version):
        raise Refused(_l("Residents know it under this title already."), field="title")
    convention = version.convention
    now = (place.id, kind, title)
    if (convention.place_id, convention.kind, convention.title) == now:
        return
    with flushing(_taken()):
        convention.place_id, convention.kind, convention.title = now
        convention.community_id = community.id
    audit.record(
        actor,
        "convention.rename",
        kind="convention",
        id=convention.id,
        path=place.path,
        title=title,
    )


def _taken() -> Refused:
    return Refused(_l("There is one of this title at this place already."), field="title")


def add_clause(
    actor: Actor,
    version: ConventionVersion,
    *,
    heading: str,
    text: str,
    clause_class: ClauseClass | None,
    takes_up: Opinion | None = None,
) -> Clause:
    """Add a clause at the end of a draft, perhaps because of an opinion. Refused if the text is not
    being drafted, has `policy.MOST_CLAUSES` clauses, or the opinion was not taken up."""
    _touch(version, version.version)
    last = (
        db.session.scalar(select(func.max(Clause.position)).where(Clause.version_id == version.id))
        or 0
    )
    if last >= policy.MOST_CLAUSES:
        raise Refused(_l("A text has at most %(number)s clauses.", number=policy.MOST_CLAUSES))
    clause = Clause(
        version_id=version.id,
        position=last + 1,
        heading=heading,
        text=text,
        clause_class=clause_class,
    )
    db.session.add(clause)
    db.session.flush()
    put_in_text(version, takes_up, clause)
    _recorded(actor, version, "add_clause", clause, takes_up)
    return clause


def revise_clause(
    actor: Actor,
    version: ConventionVersion,
    clause: Clause,
    *,
    heading: str,
    text: str,
    clause_class: ClauseClass | None,
    seen: int,
    takes_up: Opinion | None = None,
) -> None:
    """Change a clause of a draft, perhaps because of an opinion. Refused if the text is not being
    drafted or the opinion was not taken up; Stale if the text has changed since `seen`."""
    _touch(version, seen)
    clause.heading, clause.text, clause.clause_class = heading, text, clause_class
    put_in_text(version, takes_up, clause)
    db.session.flush()
    _recorded(actor, version, "revise_clause", clause, takes_up)


def remove_clause(
    actor: Actor, version: ConventionVersion, clause: Clause, *, takes_up: Opinion | None = None
) -> None:
    """Take a clause out of a draft, perhaps because of an opinion; those behind it move up. The
    other opinions that it had taken up are no longer in the text. Refused if the text is not being
    drafted or the opinion was not taken up."""
    _touch(version, version.version)
    _recorded(actor, version, "remove_clause", clause, takes_up)
    clause.position = None
    db.session.execute(
        update(Opinion)
        .where(Opinion.in_text_clause_id == clause.id)
        .values(in_text_at=None, in_text_clause_id=None)
    )
    put_in_text(version, takes_up, clause)
    db.session.flush()
    _place([kept.id for kept in queries.clauses_of(version.id)])


def order_clauses(actor: Actor, version: ConventionVersion, order: Sequence[int]) -> None:
    """Put the clauses of a draft in the order of these ids. Refused if the text is not being
    drafted; Stale unless the ids are exactly those of its clauses."""
    _touch(version, version.version)
    if sorted(order) != sorted(clause.id for clause in queries.clauses_of(version.id)):
        raise Stale(_l("The clauses have changed in the meantime. Please put them in order again."))
    _place(order)
    audit.record(
        actor,
        "convention.order",
        kind="convention_version",
        id=version.id,
        path=version.convention.place.path,
    )


def redraft(actor: Actor, version: ConventionVersion) -> None:
    """Open the text to changes again: after the public comment to take opinions up, or because it
    was returned or voted down. Refused in any other state and while residents may comment."""
    if policy.open_for_comment(version, clock.today()):
        raise Refused(_l("Residents may still comment until the last day is over."))
    version.digest = None
    version.item_id = None
    step(actor, version, "redraft")


def _begin_version(
    actor: Actor, convention: Convention, *, number: int, preamble: str, legal_basis: str
) -> ConventionVersion:
    version = ConventionVersion(
        convention_id=convention.id, number=number, preamble=preamble, legal_basis=legal_basis
    )
    db.session.add(version)
    db.session.flush()
    db.session.add(
        VersionStep(version_id=version.id, state=version.state, by_id=actor.id, by_name=actor.name)
    )
    db.session.flush()
    return version


def _touch(version: ConventionVersion, seen: int) -> None:
    """Count the version's counter up. Refused if the text is not being drafted, Stale if the
    counter is not at `seen`."""
    if not policy.editable(version):
        raise Refused(_l("The text can only be changed while it is being drafted."))
    changed: Any = db.session.execute(
        update(ConventionVersion)
        .where(ConventionVersion.id == version.id, ConventionVersion.version == seen)
        .values(version=seen + 1)
    )
    if changed.rowcount == 0:
        raise Stale(
            _l("Somebody else has changed the text since you opened it. Your words are still here.")
        )
    db.session.refresh(version)


def _place(order: Sequence[int]) -> None:
    # Two passes: positions are unique, so none may be taken while the others move.
    for offset in (10_000, 0):
        places = [
            {"id": clause_id, "position": position + offset}
            for position, clause_id in enumerate(order, start=1)
        ]
        if places:
            db.session.execute(update(Clause), places)
    db.session.expire_all()


def _recorded(
    actor: Actor, version: ConventionVersion, act: str, clause: Clause, takes_up: Opinion | None
) -> None:
    audit.record(
        actor,
        f"convention.{act}",
        kind="clause",
        id=clause.id,
        path=version.convention.place.path,
        position=clause.position,
        opinion=takes_up.id if takes_up else None,
    )
