"""Points for things: spent when something is reserved.

Locks are always taken in one order (the person's wallet, the redemption, the item, the ledger's
accounts), so that two counters never block each other.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.people.models import Person
from app.points import interface as points
from app.rewards import policy
from app.rewards.models import Redemption, RedemptionState, RewardItem
from app.rewards.queries import redemptions as queries
from app.rewards.services.notifying import record, tell

# Read off a phone and typed at the counter: nothing that looks like something else.
_LETTERS = "34679ACDEFGHJKMNPQRTWXY"
_CODE_LENGTH = 6


def reserve(
    actor: Actor,
    item: RewardItem,
    *,
    person_id: int,
    request_key: str,
    price: int | None = None,
) -> Redemption:
    """Spend a person's points on an item that then waits for them at the counter.

    Sending the form again (`request_key`) returns the same reservation. `price` is what the
    person saw.

    Refused (field "points") if there are not enough, (field "stock") if none is left, (field "limit")
    if the person had as many as one may have this year, and if it is not on offer, costs
    something else by now, the form was used for another item or person, or the person has moved
    out. NotFoundError if the person is not of the item's community.
    """
    points.lock_wallets([person_id])
    made = db.session.scalar(select(Redemption).where(Redemption.request_key == request_key))
    if made is not None:
        return _same(made, item, person_id)
    _refuse_absent(item, person_id)
    try:
        # All of it or, if it is refused half way, none of it. The wallet's lock keeps copies of this
        # form apart, but not forms for other people with the same key.
        with flushing(_used()):
            redemption = _reserved(actor, item, person_id, request_key, price)
    finally:
        db.session.expire(item)
    record(actor, "redemption.reserve", redemption, person=person_id)
    if redemption.by_proxy:
        tell(redemption, "reserved", marked("Reserved for you: %(item)s"))
    return redemption


def _same(made: Redemption, item: RewardItem, person_id: int) -> Redemption:
    if (made.item_id, made.person_id) != (item.id, person_id):
        raise _used()
    return made


def _used() -> Refused:
    return Refused(_l("This form was already used. Please start again."))


def _refuse_absent(item: RewardItem, person_id: int) -> None:
    person = db.session.get(Person, person_id)
    if person is None or person.community_id != item.community_id:
        raise NotFoundError
    if person.moved_out_on is not None and person.moved_out_on <= clock.today():
        raise Refused(_l("This person has moved out."))


def _reserved(
    actor: Actor, item: RewardItem, person_id: int, request_key: str, price: int | None
) -> Redemption:
    offer = _take_one(item, person_id, price)
    transaction_id = points.spend(
        actor,
        person_id=person_id,
        points=offer.points,
        key=f"redemption:{request_key}",
        memo=Phrase(marked("Redeemed: %(item)s"), item=offer.name),
    )
    redemption = Redemption(
        code=_new_code(),
        request_key=request_key,
        item_id=item.id,
        person_id=person_id,
        community_id=item.community_id,
        points=offer.points,
        unit_cost=offer.unit_cost,
        funded_by=offer.funded_by,
        by_proxy=actor.person_id != person_id,
        state=RedemptionState.RESERVED,
        reserved_by_id=actor.id,
        reserved_on=clock.today(),
        collect_by=clock.today() + timedelta(days=policy.COLLECT_WITHIN),
        transaction_id=transaction_id,
    )
    db.session.add(redemption)
    db.session.flush()
    return redemption


def _take_one(item: RewardItem, person_id: int, price: int | None) -> Any:
    """One less in stock, in a single statement: of two who want the last, one gets it."""
    offer = db.session.execute(
        update(RewardItem)
        .where(
            RewardItem.id == item.id,
            (RewardItem.stock > 0) | RewardItem.stock.is_(None),
        )
        .values(stock=RewardItem.stock - 1)
        .returning(
            RewardItem.name,
            RewardItem.points,
            RewardItem.per_person,
            RewardItem.unit_cost,
            RewardItem.funded_by,
            RewardItem.withdrawn_at,
            RewardItem.available_from,
            RewardItem.available_until,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if offer is None:
        raise Refused(_l("None of these is left."), field="stock")
    _refuse_unless_offered(offer, price)
    # The person's wallet is locked, so no other request adds to it meanwhile.
    had = queries.had_this_year(person_id).get(item.id, 0)
    if not policy.within_limit(had, offer.per_person):
        raise Refused(
            _l("One person can have %(limit)s of these a year.", limit=offer.per_person),
            field="limit",
        )
    return offer


def _refuse_unless_offered(offer: Any, price: int | None) -> None:
    if not policy.is_offered(
        clock.today(),
        withdrawn=offer.withdrawn_at is not None,
        available_from=offer.available_from,
        available_until=offer.available_until,
    ):
        raise Refused(_l("This is not on offer at present."))
    if price is not None and price != offer.points:
        raise Refused(
            _l("This costs %(points)s points by now. Please look at it again.", points=offer.points)
        )


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
        if db.session.scalar(select(Redemption.id).where(Redemption.code == code)) is None:
            return code
