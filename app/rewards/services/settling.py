"""What becomes of a reservation: handed over, or cancelled and refunded."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.ledger import interface as ledger
from app.points import interface as points
from app.rewards.models import Redemption, RedemptionState, RewardItem
from app.rewards.services.notifying import record, tell
from app.rewards.services.reserving import reserve
from app.rewards.states import REDEMPTIONS

# So long after it a second hand-over is taken for the second click of a double one.
DOUBLE_CLICK = timedelta(seconds=10)


def redeem_at_counter(
    actor: Actor,
    item: RewardItem,
    *,
    person_id: int,
    request_key: str,
    price: int | None = None,
) -> Redemption:
    """Reserve for a person who stands at the counter, and hand it over at once. Refused as `reserve`
    and `hand_over` are; NotFoundError as `reserve` says."""
    redemption = reserve(actor, item, person_id=person_id, request_key=request_key, price=price)
    if redemption.state is RedemptionState.RESERVED:
        hand_over(actor, redemption)
    return redemption


def hand_over(actor: Actor, redemption: Redemption) -> None:
    """Note that the person has it; also after the last day to collect, unless it was cancelled.
    Refused if it was handed over or cancelled, or is one's own."""
    _lock(redemption)
    if redemption.state is RedemptionState.HANDED_OVER:
        at = redemption.handed_over_at
        if redemption.handed_over_by_id == actor.id and at and clock.now() - at < DOUBLE_CLICK:
            return
        raise Refused(_l("It has been handed over already. Do not give it out again."))
    after = REDEMPTIONS.after(redemption.state, "hand_over")
    if actor.person_id is not None and actor.person_id == redemption.person_id:
        raise Refused(_l("Somebody else has to hand it over to you."))
    redemption.state = after
    redemption.handed_over_at, redemption.handed_over_on = clock.now(), clock.today()
    redemption.handed_over_by_id = actor.id
    db.session.flush()
    record(actor, "redemption.hand_over", redemption)
    tell(redemption, "handed-over", marked("Handed over to you: %(item)s"))


def cancel(actor: Actor, redemption: Redemption, *, reason: str) -> None:
    """Cancel before it is handed over: the points go back to the lots they came from, the item
    back into stock, and the person is told why, and what has become of the points. Refused if it
    was handed over."""
    _cancel(actor, redemption, reason)
    if not redemption.lapsed:
        message = marked("Cancelled, your points are back: %(item)s (%(reason)s)")
        tell(redemption, "cancelled", message, reason=reason)
        return
    tell(
        redemption,
        "cancelled",
        marked(
            "Cancelled: %(item)s (%(reason)s). %(back)s points are back, %(lapsed)s were past "
            "their date and have expired."
        ),
        reason=reason,
        back=str(redemption.points - redemption.lapsed),
        lapsed=str(redemption.lapsed),
    )


def cancel_own(actor: Actor, redemption: Redemption) -> None:
    """Change one's mind before collecting it. NotFoundError if it is another person's; Refused if
    it was handed over."""
    if actor.person_id is None or redemption.person_id != actor.person_id:
        raise NotFoundError
    _cancel(actor, redemption, str(_l("Cancelled by the person")))


def cancel_overdue(actor: Actor, community_id: int, *, reason: str) -> int:
    """Cancel everything of a community that was not collected in time. Returns how many."""
    overdue = db.session.scalars(
        select(Redemption)
        .where(
            Redemption.community_id == community_id,
            Redemption.state == RedemptionState.RESERVED,
            Redemption.collect_by < clock.today(),
        )
        .order_by(Redemption.person_id, Redemption.id)
    ).all()
    # All wallets, then all items, before the first account: reserving takes them in this order.
    points.lock_wallets({redemption.person_id for redemption in overdue})
    items = {redemption.item_id for redemption in overdue}
    db.session.execute(
        select(RewardItem.id)
        .where(RewardItem.id.in_(items))
        .order_by(RewardItem.id)
        .with_for_update()
    )
    cancelled = 0
    for redemption in overdue:
        _lock(redemption)
        if redemption.state is RedemptionState.RESERVED:
            cancel(actor, redemption, reason=reason)
            cancelled += 1
    return cancelled


def _cancel(actor: Actor, redemption: Redemption, reason: str) -> None:
    _lock(redemption)
    if redemption.state is RedemptionState.CANCELLED:
        return  # the second click of a double one
    after = REDEMPTIONS.after(redemption.state, "cancel")
    db.session.execute(
        update(RewardItem)
        .where(RewardItem.id == redemption.item_id, RewardItem.stock.is_not(None))
        .values(stock=RewardItem.stock + 1)
        .execution_options(synchronize_session=False)
    )
    refund = points.refund(
        actor,
        redemption.transaction_id,
        person_id=redemption.person_id,
        community_id=redemption.community_id,
        points=redemption.points,
        key=f"redemption:{redemption.id}:refund",
        memo=Phrase(marked("Refunded: %(item)s"), item=redemption.item.name),
    )
    lapsed = ledger.came_late(refund)
    redemption.state, redemption.refund_id, redemption.lapsed = after, refund, lapsed
    redemption.cancelled_at, redemption.cancelled_by_id = clock.now(), actor.id
    redemption.cancel_reason = reason
    db.session.flush()
    db.session.expire(redemption.item)
    record(actor, "redemption.cancel", redemption, reason=reason)


def _lock(redemption: Redemption) -> None:
    """The person's wallet first: reserving takes the locks in the same order."""
    points.lock_wallets([redemption.person_id])
    hold(redemption)
