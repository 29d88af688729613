"""What was reserved, handed over and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import built_once, db, rows
from app.core.errors import NotFoundError
from app.core.i18n import Phrase, marked
from app.core.paging import first_rows
from app.core.waiting import Waiting
from app.people.interface import PersonFound, search_people
from app.people.models import Person
from app.places.interface import in_reach
from app.places.models import Place
from app.rewards.models import Redemption, RedemptionState, RewardItem, RewardKind

SERVE = Capability.SERVE_COUNTER


@built_once
def redemptions_of(person_id: int) -> Select[Any]:
    """(id, code, item_id, item, photo_id, kind, points, state, reserved_at, collect_by,
    handed_over_at, cancelled_at, cancel_reason, lapsed, by_proxy) of one person, newest first."""
    return (
        select(
            Redemption.id,
            Redemption.code,
            Redemption.item_id,
            RewardItem.name.label("item"),
            RewardItem.photo_id,
            RewardItem.kind,
            Redemption.points,
            Redemption.state,
            Redemption.reserved_at,
            Redemption.collect_by,
            Redemption.handed_over_at,
            Redemption.cancelled_at,
            Redemption.cancel_reason,
            Redemption.lapsed,
            Redemption.by_proxy,
        )
        .join(RewardItem, RewardItem.id == Redemption.item_id)
        .where(Redemption.person_id == person_id)
        .order_by(Redemption.id.desc())
    )


class OwnRedemption(NamedTuple):
    """A redemption as the person it is for sees it."""

    id: int
    code: str
    item_id: int
    item: str
    photo_id: int | None
    kind: RewardKind
    points: int
    state: RedemptionState
    reserved_at: datetime
    collect_by: date
    handed_over_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    lapsed: int
    by_proxy: bool


def waiting_for(person_id: int) -> Sequence[OwnRedemption]:
    """What lies at the counter for a person, the first to be collected first; columns as of
    `redemptions_of`."""
    return cast("Sequence[OwnRedemption]", rows(_waiting_for(person_id)))


@built_once
def _waiting_for(person_id: int) -> Select[Any]:
    return (
        redemptions_of(person_id)
        .select.where(Redemption.state == RedemptionState.RESERVED)
        .order_by(None)
        .order_by(Redemption.collect_by, Redemption.id)
    )


@built_once
def settled(person_id: int) -> Select[Any]:
    """What a person has had or cancelled, newest first; columns as of `redemptions_of`."""
    settled_at = func.coalesce(Redemption.handed_over_at, Redemption.cancelled_at)
    return (
        redemptions_of(person_id)
        .select.where(Redemption.state != RedemptionState.RESERVED)
        .order_by(None)
        .order_by(settled_at.desc(), Redemption.id.desc())
    )


def had_this_year(person_id: int) -> dict[int, int]:
    """{item id: how many the person has had or reserved this calendar year}."""
    rows = db.session.execute(
        select(Redemption.item_id, func.count())
        .where(
            Redemption.person_id == person_id,
            Redemption.state != RedemptionState.CANCELLED,
            Redemption.reserved_on >= date(clock.today().year, 1, 1),
        )
        .group_by(Redemption.item_id)
    )
    return {row[0]: row[1] for row in rows}


def own_redemption(person_id: int | None, redemption_id: int) -> Redemption:
    """One of a person's own; else NotFoundError."""
    return _one(Redemption.id == redemption_id, Redemption.person_id == person_id)


def redemption_in_reach(actor: Actor, redemption_id: int, *capabilities: Capability) -> Redemption:
    """The redemption, if the actor has one of the capabilities in its community (to serve its
    counter unless others are named); else NotFoundError."""
    reached = (in_reach(Redemption.community_id, actor, c) for c in capabilities or (SERVE,))
    return _one(Redemption.id == redemption_id, or_(*reached))


def person_by_code(actor: Actor, code: str) -> int | None:
    """Whose reservation has this code, among those the actor serves."""
    found = rows(_by_code(actor), code=code.strip().upper())
    return found[0].person_id if found else None


@built_once
def _by_code(actor: Actor) -> Select[Any]:
    here = in_reach(Redemption.community_id, actor, SERVE)
    return select(Redemption.person_id).where(Redemption.code == bindparam("code"), here)


def person_at_counter(actor: Actor, person_id: int) -> PersonFound:
    """The person as a row of `search_people`, also one who moved out; NotFoundError if the
    actor does not serve their community."""
    statement = search_people(actor, SERVE, moved_out=True).select
    found = rows(statement.where(Person.id == person_id), PersonFound)
    if not found:
        raise NotFoundError
    return found[0]


@built_once
def reservations(
    actor: Actor, *, overdue: bool = False, community_id: int | None = None
) -> Select[Any]:
    """What waits to be handed over, the first to be collected first: (id, code, person_id,
    person, item, points, reserved_at, collect_by, community_id, community)."""
    found = (
        _at_counter(actor, RedemptionState.RESERVED)
        .add_columns(
            Redemption.reserved_at,
            Redemption.collect_by,
            Redemption.community_id,
            Place.name.label("community"),
        )
        .join(Place, Place.id == Redemption.community_id)
        .order_by(Redemption.collect_by, Redemption.id)
    )
    if overdue:
        found = found.where(Redemption.collect_by < clock.today())
    if community_id is not None:
        found = found.where(Redemption.community_id == community_id)
    return found


@built_once
def past_hand_overs(actor: Actor, text: str = "") -> Select[Any]:
    """What has been handed over at the actor's counters, the newest first: (id, code, person_id,
    person, item, points, handed_over_at). `text` is a part of a name or item, or a whole code."""
    found = (
        _at_counter(actor, RedemptionState.HANDED_OVER)
        .add_columns(Redemption.handed_over_at)
        .order_by(Redemption.handed_over_on.desc(), Redemption.id.desc())
    )
    if not text:
        return found
    return found.where(
        or_(
            Person.name.contains(text, autoescape=True),
            RewardItem.name.contains(text, autoescape=True),
            Redemption.code == text.upper(),
        )
    )


def _at_counter(actor: Actor, state: RedemptionState) -> Select[Any]:
    """What the counter's lists say of each redemption, at the counters the actor serves."""
    return (
        select(
            Redemption.id,
            Redemption.code,
            Redemption.person_id,
            Person.name.label("person"),
            RewardItem.name.label("item"),
            Redemption.points,
        )
        .join(Person, Person.id == Redemption.person_id)
        .join(RewardItem, RewardItem.id == Redemption.item_id)
        .where(Redemption.state == state, in_reach(Redemption.community_id, actor, SERVE))
    )


def how_many_wait(actor: Actor) -> tuple[int, int]:
    """(all reservations that wait to be handed over, those of them overdue)."""
    everything, late = rows(_how_many_wait(actor))[0]
    return everything, late


@built_once
def _how_many_wait(actor: Actor) -> Select[Any]:
    late = Redemption.collect_by < clock.today()
    return select(func.count(), func.count().filter(late)).where(
        Redemption.state == RedemptionState.RESERVED,
        in_reach(Redemption.community_id, actor, SERVE),
    )


class Slip(NamedTuple):
    """What the slip to be signed says."""

    id: int
    code: str
    state: RedemptionState
    points: int
    reserved_at: datetime
    collect_by: date
    handed_over_at: datetime | None
    handed_over_on: date | None
    transaction_id: int
    person_id: int
    item: str
    kind: RewardKind
    person: str
    person_code: str
    phone: str | None
    community: str
    handed_over_by: str | None


def slip_of(redemption_id: int) -> Slip:
    """Everything on the slip to be signed, in one row."""
    handed = aliased(User)
    return cast(
        "Slip",
        db.session.execute(
            select(
                Redemption.id,
                Redemption.code,
                Redemption.state,
                Redemption.points,
                Redemption.reserved_at,
                Redemption.collect_by,
                Redemption.handed_over_at,
                Redemption.handed_over_on,
                Redemption.transaction_id,
                Redemption.person_id,
                RewardItem.name.label("item"),
                RewardItem.kind,
                Person.name.label("person"),
                Person.code.label("person_code"),
                Person.phone,
                Place.name.label("community"),
                handed.name.label("handed_over_by"),
            )
            .join(RewardItem, RewardItem.id == Redemption.item_id)
            .join(Person, Person.id == Redemption.person_id)
            .join(Place, Place.id == Redemption.community_id)
            .outerjoin(handed, handed.id == Redemption.handed_over_by_id)
            .where(Redemption.id == redemption_id)
        ).one(),
    )


def waiting(actor: Actor, limit: int = 20) -> list[Waiting]:
    """For the counter: what is to be handed over, the overdue first. For a resident: what is to
    be collected."""
    found = []
    if actor.may(SERVE):
        found += [
            Waiting(
                text=Phrase(
                    marked("Hand over to %(person)s: %(item)s"), person=row.person, item=row.item
                ),
                title=row.code,
                endpoint="counter.index",
                args={"person": row.person_id},
                due=row.collect_by,
            )
            for row in first_rows(reservations(actor), limit)
        ]
    if actor.may(Capability.REDEEM_OWN) and actor.person_id is not None:
        found += [
            Waiting(
                text=Phrase(marked("Collect: %(item)s"), item=row.item),
                title=row.code,
                endpoint="rewards.mine",
                due=row.collect_by,
            )
            for row in waiting_for(actor.person_id)[:limit]
        ]
    return found[:limit]


def _one(*conditions: Any) -> Redemption:
    redemption = db.session.scalar(select(Redemption).where(*conditions))
    if redemption is None:
        raise NotFoundError
    return redemption
