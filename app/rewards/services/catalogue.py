"""What there is to be had: its terms, its stock, and its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor, Capability
from app.core.db import db, hold
from app.core.errors import Refused, Stale
from app.core.i18n import lazy_gettext as _l
from app.places.interface import reached_community
from app.places.models import Place
from app.rewards import policy
from app.rewards.models import RewardItem, RewardKind, StockChange


@dataclass(frozen=True)
class Terms:
    """What can be edited of an item. `unit_cost` in fen; `per_person` per calendar year."""

    kind: RewardKind
    name: str
    description: str
    points: int
    per_person: int | None
    unit_cost: int | None
    funded_by: str
    available_from: date | None = None
    available_until: date | None = None


def add_item(
    actor: Actor,
    *,
    community_id: int,
    terms: Terms,
    stock: int | None,
    photo_id: int | None = None,
) -> RewardItem:
    """Offer something. `stock` None: it does not run out.

    Refused (field "name", "description" or "available_until") if it is money or on offer already, or
    ends before it begins; NotFoundError if the community is out of reach.
    """
    _check(terms)
    community = reached_community(actor, Capability.MANAGE_REWARDS, community_id)
    _check_once(community.id, terms.name)
    item = RewardItem(community_id=community.id, stock=stock, photo_id=photo_id, **_columns(terms))
    db.session.add(item)
    db.session.flush()
    if stock:
        # The first delivery is on record like every later one.
        db.session.add(
            StockChange(
                item_id=item.id, change=stock, reason=str(_l("First stock")), by_id=actor.id
            )
        )
        db.session.flush()
    _record(actor, "reward.add", item, name=item.name, points=item.points, stock=stock)
    return item


def edit_item(
    actor: Actor,
    item: RewardItem,
    *,
    version: int,
    terms: Terms,
    photo_id: int | None = None,
) -> None:
    """Change an item's terms; reservations keep the points they were made for.

    Stale if another user has changed it since `version`; Refused as `add_item` is.
    """
    _check(terms)
    if item.withdrawn_at is None and terms.name != item.name:
        _check_once(item.community_id, terms.name)
    before = item.points
    values = _columns(terms) | ({"photo_id": photo_id} if photo_id is not None else {})
    result: Any = db.session.execute(
        update(RewardItem)
        .where(RewardItem.id == item.id, RewardItem.version == version)
        .values(version=version + 1, **values)
    )
    if result.rowcount != 1:
        raise Stale(_l("Somebody else has changed this in the meantime. Please look at it again."))
    db.session.refresh(item)
    _record(actor, "reward.edit", item, points_before=before, points=item.points)


def change_stock(actor: Actor, item: RewardItem, *, change: int, reason: str) -> None:
    """Book a delivery (positive) or a correction. Refused (field "change") if it is 0, or less than
    nothing would be left."""
    if change == 0:
        raise Refused(_l("Enter how many came or went."), field="change")
    result: Any = db.session.execute(
        update(RewardItem)
        .where(RewardItem.id == item.id, RewardItem.stock + change >= 0)
        .values(stock=RewardItem.stock + change)
    )
    if result.rowcount != 1:
        raise Refused(_l("There are not so many in stock."), field="change")
    db.session.add(StockChange(item_id=item.id, change=change, reason=reason, by_id=actor.id))
    db.session.flush()
    db.session.refresh(item)
    _record(actor, "reward.stock", item, change=change, reason=reason, stock=item.stock)


def withdraw_item(actor: Actor, item: RewardItem) -> None:
    """Offer it no longer. Reservations made before are still handed over."""
    hold(item)
    if item.withdrawn_at is not None:
        return
    item.withdrawn_at = clock.now()
    db.session.flush()
    _record(actor, "reward.withdraw", item, name=item.name)


def offer_again(actor: Actor, item: RewardItem) -> None:
    """Offer something again that was withdrawn. Refused (field "name") if another of that name is
    on offer by now."""
    _lock(item.community_id)
    hold(item)
    if item.withdrawn_at is None:
        return
    _check_once(item.community_id, item.name)
    item.withdrawn_at = None
    db.session.flush()
    _record(actor, "reward.offer_again", item, name=item.name)


def _columns(terms: Terms) -> dict[str, Any]:
    return asdict(terms)


def _check(terms: Terms) -> None:
    for field in ("name", "description"):
        if word := policy.names_money(getattr(terms, field)):
            raise Refused(
                _l(
                    "Points are never exchanged for money: “%(word)s” can't be on offer.",
                    word=word,
                ),
                field=field,
            )
    first, last = terms.available_from, terms.available_until
    if first and last and last < first:
        raise Refused(_l("The last day lies before the first."), field="available_until")


def _check_once(community_id: int, name: str) -> None:
    """Of two things with one name residents could not tell which is which. More of the same is a
    delivery (`change_stock`)."""
    _lock(community_id)
    same = select(RewardItem.id).where(
        RewardItem.community_id == community_id,
        RewardItem.name == name,
        RewardItem.withdrawn_at.is_(None),
    )
    if db.session.scalar(same.limit(1)):
        raise Refused(
            _l(
                "“%(name)s” is on offer already. Enter a delivery there, or choose another name.",
                name=name,
            ),
            field="name",
        )


def _lock(community_id: int) -> None:
    """Of two who offer the same at once the second sees what the first has done. Before any lock
    on an item, so that no two wait for each other."""
    db.session.execute(
        select(Place.id).where(Place.id == community_id).with_for_update(key_share=True)
    )


def _record(actor: Actor, action: str, item: RewardItem, **detail: Any) -> None:
    path = db.session.scalar(select(Place.path).where(Place.id == item.community_id)) or ""
    audit.record(actor, action, kind="reward_item", id=item.id, path=path, **detail)
