"""What is done with a roster: it is uploaded, its columns are corrected, it is taken over.

`PersonImport.choices` holds what was decided by hand:

    layouts     sheet's position → {"first": row number, "fields": [field or None, …]}
    left_out    keys of rows that are not to be taken over, see `Entry.key`
    taken       key of a doubtful row → what it is taken for (TakenAs)
    create_in   the place in which buildings that are missing are made; absent if they are not
    estate      the estate of rows that name none; None if they mean none, absent if not asked
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from app.audit import interface as audit
from app.core import clock, files
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.places import interface as places
from app.places.models import EstateKind, Level, Place
from app.rosters import guessing, queries, stored_files
from app.rosters.columns import Field
from app.rosters.comparing import plan_of
from app.rosters.entry import Entry
from app.rosters.models import PersonImport
from app.rosters.plan import Plan, TakenAs
from app.rosters.queries import State
from app.rosters.roster import Roster, entries_in, read
from app.rosters.writing import Taken, carry_out

_LONGEST_FILE_NAME = 200


def upload(actor: Actor, *, community: Place, name: str, kept: bytes, folder: Path) -> PersonImport:
    """Keep a roster, as `stored_files.kept` has read it, to be looked at."""
    name = name[-_LONGEST_FILE_NAME:]
    stored = files.store(folder, name, stored_files.MEDIA_TYPE, kept)
    uploaded = PersonImport(
        community_id=community.id, file_id=stored.id, uploaded_by_id=actor.id, choices={}
    )
    db.session.add(uploaded)
    db.session.flush()
    audit.record(
        actor, "person_import.upload", kind="person_import", id=uploaded.id, path=community.path,
        file=stored.name,
    )  # fmt: skip
    return uploaded


def plan_for(
    roster: Roster,
    community: Place,
    *,
    create_in: int | None = None,
    estate: int | None = None,
    left_out: Collection[str] = (),
    taken: Mapping[str, str] | None = None,
) -> Plan:
    """What taking the roster over would do now. Two queries."""
    there = queries.there(community, create_in, estate)
    return plan_of(entries_in(roster), there, left_out, taken)


def chosen_plan(uploaded: PersonImport, roster: Roster, community: Place) -> Plan:
    """The plan with what was decided by hand."""
    choices = uploaded.choices
    return plan_for(
        roster,
        community,
        create_in=choices.get("create_in"),
        estate=estate_of(uploaded, roster, community),
        left_out=choices.get("left_out", ()),
        taken=choices.get("taken"),
    )


def estate_of(uploaded: PersonImport, roster: Roster, community: Place) -> int | None:
    """The estate that rows mean which name none: the one chosen, else the one its titles name."""
    estates = dict(queries.estates(community))
    if "estate" in uploaded.choices:
        chosen = uploaded.choices["estate"]
        return chosen if chosen in estates else None
    return guessing.estate_in(roster.titles, estates)


def choose_columns(
    actor: Actor,
    uploaded: PersonImport,
    *,
    community: Place,
    sheet: int,
    first: int,
    fields: Sequence[Field | None],
) -> None:
    """Say by hand what the columns of a sheet hold and in which row its people begin. Refused if no
    column has the names, or two columns hold the same."""
    _hold_open(uploaded)
    if Field.NAME not in fields:
        raise Refused(_l("Choose the column that holds the names."))
    single = [field for field in fields if field and field is not Field.PHONE]
    if len(set(single)) < len(single):
        raise Refused(_l("Two columns can't hold the same thing, except telephone numbers."))
    layouts = uploaded.choices.get("layouts", {})
    layouts = {**layouts, str(sheet): {"first": first, "fields": list(fields)}}
    uploaded.choices = {**uploaded.choices, "layouts": layouts}
    db.session.flush()
    audit.record(
        actor, "person_import.columns", kind="person_import", id=uploaded.id, path=community.path
    )


def choose_estate(
    actor: Actor, uploaded: PersonImport, *, community: Place, create_in: int | None
) -> None:
    """Have the buildings that are missing made in that place; None: not at all. Refused (field
    "create_in") if no buildings can lie there."""
    _hold_open(uploaded)
    if create_in is not None and create_in not in dict(queries.parents_for_buildings(community)):
        raise Refused(_l("This is not a place for buildings in the community."), field="create_in")
    _choose(actor, uploaded, community, "buildings", create_in=create_in)


def say_estate(
    actor: Actor, uploaded: PersonImport, *, community: Place, estate: int | None
) -> None:
    """Have rows that name no estate mean that one; None: they have to name it. Refused (field
    "estate") if it is none of the community."""
    _hold_open(uploaded)
    if estate is not None and estate not in dict(queries.estates(community)):
        raise Refused(_l("This is not an estate of the community."), field="estate")
    _choose(actor, uploaded, community, "columns", estate=estate)


def add_estate(
    actor: Actor,
    uploaded: PersonImport,
    *,
    community: Place,
    parent_id: int,
    name: str,
    kind: EstateKind,
) -> Place:
    """Enter an estate that the roster names. Unlike buildings at once: of what kind it is only the
    person who enters it can say. Refused (field "parent_id") if no estate can lie there."""
    _hold_open(uploaded)
    if parent_id not in dict(queries.parents_for_estates(community)):
        raise Refused(_l("This is not a place for estates in the community."), field="parent_id")
    parent = db.session.get_one(Place, parent_id)
    return places.add(actor, parent=parent, level=Level.ESTATE, name=name, estate_kind=kind)


def leave_out(
    actor: Actor, uploaded: PersonImport, *, community: Place, roster: Roster, keys: Collection[str]
) -> None:
    """Leave rows out when the roster is taken over. Refused if it has been."""
    _hold_open(uploaded)
    known = {entry.key for entry in entries_in(roster) if entry is not None}
    _decide(actor, uploaded, community, left_out=_left_out(uploaded) | (known & set(keys)))


def take_as(
    actor: Actor,
    uploaded: PersonImport,
    *,
    community: Place,
    roster: Roster,
    keys: Collection[str] | None,
    what: TakenAs | None,
) -> None:
    """Decide of rows that are not taken over without being asked about (`Entry.doubts`) for what
    they are taken: None is for what they say themselves, `keys` None means all of them that are
    undecided. Refused if the roster has been taken over."""
    _hold_open(uploaded)
    taken = dict(uploaded.choices.get("taken", {}))
    doubtful = {entry.key: entry for entry in entries_in(roster) if entry and entry.doubts}
    chosen = doubtful.keys() - taken.keys() if keys is None else doubtful.keys() & set(keys)
    taken |= {key: what or _said_of(doubtful[key]) for key in chosen}
    _decide(actor, uploaded, community, left_out=_left_out(uploaded) - chosen, taken=taken)


def take_in_again(
    actor: Actor, uploaded: PersonImport, *, community: Place, keys: Collection[str]
) -> None:
    """Treat rows that were decided by hand like all others again. Refused if the roster has been
    taken over."""
    _hold_open(uploaded)
    taken = uploaded.choices.get("taken", {})
    kept = {key: what for key, what in taken.items() if key not in set(keys)}
    _decide(actor, uploaded, community, left_out=_left_out(uploaded) - set(keys), taken=kept)


def _said_of(entry: Entry) -> TakenAs:
    return TakenAs(entry.gone.how) if entry.gone else TakenAs.RESIDENT


def take_over(
    actor: Actor,
    uploaded: PersonImport,
    *,
    community: Place,
    plan: Plan,
    state: State,
    seen: str,
) -> Taken:
    """Carry a plan out, all of it. It was made when the community was in that `state`, without
    holding anything; `seen` is the digest of the plan that was looked at. If either has become
    another one since, nothing is done (Stale). Refused if the roster has been taken over."""
    _hold_open(uploaded)
    _lock(community)
    if plan.digest != seen or queries.state_of(uploaded, community) != state:
        raise Stale(
            _l("The residents have changed in the meantime. Please look at the rows again.")
        )
    taken = carry_out(actor, community, plan)
    uploaded.applied_at = clock.now()
    uploaded.added, uploaded.changed, uploaded.skipped = taken.added, taken.changed, taken.left_out
    db.session.flush()
    audit.record(
        actor, "person_import.take_over", kind="person_import", id=uploaded.id,
        path=community.path, added=taken.added, changed=taken.changed, left_out=taken.left_out,
    )  # fmt: skip
    return taken


def take_file(
    actor: Actor | None,
    *,
    community: Place,
    name: str,
    content: bytes,
    create_in: int | None = None,
    estate: int | None = None,
    apply: bool = True,
) -> Plan:
    """Take a file over without keeping it (command line); without `apply` only its plan.
    Refused (field "file") if it can't be read."""
    _lock(community)
    plan = plan_for(read(name, content), community, create_in=create_in, estate=estate)
    if not apply:
        return plan
    taken = carry_out(actor, community, plan)
    audit.record(
        actor, "person_import.take_over", kind="place", id=community.id, path=community.path,
        file=name, added=taken.added, changed=taken.changed, left_out=taken.left_out,
    )  # fmt: skip
    return plan


def _choose(
    actor: Actor, uploaded: PersonImport, community: Place, act: str, **chosen: int | None
) -> None:
    uploaded.choices = {**uploaded.choices, **chosen}
    db.session.flush()
    audit.record(
        actor, f"person_import.{act}", kind="person_import", id=uploaded.id, path=community.path,
        **chosen,
    )  # fmt: skip


def _left_out(uploaded: PersonImport) -> set[str]:
    return set(uploaded.choices.get("left_out", ()))


def _decide(
    actor: Actor,
    uploaded: PersonImport,
    community: Place,
    *,
    left_out: Collection[str],
    taken: Mapping[str, str] | None = None,
) -> None:
    """The caller holds the import."""
    choices = {**uploaded.choices, "left_out": sorted(left_out)}
    uploaded.choices = choices if taken is None else {**choices, "taken": dict(taken)}
    db.session.flush()
    audit.record(
        actor, "person_import.left_out", kind="person_import", id=uploaded.id, path=community.path,
        rows=len(left_out), decided=len(uploaded.choices.get("taken", ())),
    )  # fmt: skip


def _hold_open(uploaded: PersonImport) -> None:
    """Of two who decide about one file the second adds to what the first chose."""
    hold(uploaded)
    if uploaded.applied_at is not None:
        raise Refused(_l("This file has already been taken over."))


def _lock(community: Place) -> None:
    """Two files of one community are taken over one after the other, and each sees what the
    one before has made; so does entering a single person meanwhile."""
    lock = select(Place.id).where(Place.id == community.id).with_for_update(key_share=True)
    db.session.execute(lock)
