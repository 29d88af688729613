"""What there is to be had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.accounts.models import User
from app.core.access import Actor, Capability
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.core.files import StoredFile
from app.people.models import Person
from app.places.interface import in_reach
from app.places.models import Place
from app.rewards.models import Redemption, RedemptionState, RewardItem, RewardKind, StockChange


class Offer(NamedTuple):
    """An item that can be had; no `stock`: as many as are wanted."""

    id: int
    kind: RewardKind
    name: str
    description: str
    points: int
    stock: int | None
    per_person: int | None
    photo_id: int | None
    available_until: date | None


def offered(community_id: int, on: date) -> Sequence[Offer]:
    """(id, kind, name, description, points, stock, per_person, photo_id, available_until) of what
    can be had on that day, the cheapest first; also what has run out."""
    return rows(
        select(
            RewardItem.id,
            RewardItem.kind,
            RewardItem.name,
            RewardItem.description,
            RewardItem.points,
            RewardItem.stock,
            RewardItem.per_person,
            RewardItem.photo_id,
            RewardItem.available_until,
        )
        .where(RewardItem.community_id == community_id, _is_offered(on))
        .order_by(RewardItem.points, RewardItem.id),
        Offer,
    )


def items(
    actor: Actor, capability: Capability, *, withdrawn: bool, community_id: int | None = None
) -> Select[Any]:
    """The catalogue as staff keep it: the columns of `offered`, and community, unit_cost,
    funded_by, available_from, and how many are reserved."""
    reserved = (
        select(func.count())
        .where(Redemption.item_id == RewardItem.id, Redemption.state == RedemptionState.RESERVED)
        .correlate(RewardItem)
        .scalar_subquery()
    )
    found = (
        select(
            RewardItem.id,
            RewardItem.kind,
            RewardItem.name,
            RewardItem.points,
            RewardItem.stock,
            RewardItem.per_person,
            RewardItem.photo_id,
            RewardItem.available_from,
            RewardItem.available_until,
            RewardItem.unit_cost,
            RewardItem.funded_by,
            Place.name.label("community"),
            reserved.label("reserved"),
        )
        .join(Place, Place.id == RewardItem.community_id)
        .where(in_reach(RewardItem.community_id, actor, capability))
        .order_by(RewardItem.community_id, RewardItem.points, RewardItem.id)
    )
    if community_id is not None:
        found = found.where(RewardItem.community_id == community_id)
    gone = RewardItem.withdrawn_at.is_not(None) if withdrawn else RewardItem.withdrawn_at.is_(None)
    return found.where(gone)


def item_in_reach(actor: Actor, capability: Capability, item_id: int) -> RewardItem:
    """The item, if the actor reaches its community with the capability; else NotFoundError."""
    item = db.session.scalar(
        select(RewardItem).where(
            RewardItem.id == item_id, in_reach(RewardItem.community_id, actor, capability)
        )
    )
    if item is None:
        raise NotFoundError
    return item


def item_for(person_id: int | None, item_id: int) -> RewardItem:
    """The item, if it is of the community the person lives in; else NotFoundError."""
    home = select(Person.community_id).where(Person.id == person_id).scalar_subquery()
    item = db.session.scalar(
        select(RewardItem).where(RewardItem.id == item_id, RewardItem.community_id == home)
    )
    if item is None:
        raise NotFoundError
    return item


def photo_of(actor: Actor, item_id: int) -> StoredFile:
    """The picture of an item of the community the actor lives or works in; NotFoundError if it
    has none."""
    home = select(Person.community_id).where(Person.id == actor.person_id).scalar_subquery()
    file = db.session.scalar(
        select(StoredFile)
        .join(RewardItem, RewardItem.photo_id == StoredFile.id)
        .where(
            RewardItem.id == item_id,
            or_(
                RewardItem.community_id == home,
                in_reach(RewardItem.community_id, actor, Capability.SEE_POINTS),
            ),
        )
    )
    if file is None:
        raise NotFoundError
    return file


class Change(NamedTuple):
    """A delivery or correction of an item's stock."""

    at: datetime
    change: int
    reason: str
    by: str


def stock_changes(item_id: int) -> Sequence[Change]:
    """(at, change, reason, by) of an item's deliveries and corrections, newest first."""
    return rows(
        select(StockChange.at, StockChange.change, StockChange.reason, User.name.label("by"))
        .join(User, User.id == StockChange.by_id)
        .where(StockChange.item_id == item_id)
        .order_by(StockChange.id.desc())
        .limit(100),
        Change,
    )


def _is_offered(on: date) -> ColumnElement[bool]:
    return (
        RewardItem.withdrawn_at.is_(None)
        & or_(RewardItem.available_from.is_(None), RewardItem.available_from <= on)
        & or_(RewardItem.available_until.is_(None), RewardItem.available_until >= on)
    )
