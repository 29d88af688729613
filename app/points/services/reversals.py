"""Taking a wrong award back. Points are taken from people in no other way."""

from __future__ import annotations

from sqlalchemy import select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.ledger import interface as ledger
from app.places.models import Place
from app.points.models import Award, AwardStatus
from app.points.services.wallets import issue_account, lock_wallets, redeemed_account


def reverse_award(actor: Actor | None, *, fact_key: str, reason: str) -> Award | None:
    """Take back what a fact was awarded, because the fact did not hold.

    Returns the award, or None if the fact has none that is credited: then nothing happens. It
    is not Refused for points that have been spent: they are kept as the award's `shortfall`.
    """
    award = db.session.scalar(
        select(Award)
        .where(Award.fact == fact_key, Award.status == AwardStatus.POSTED)
        .with_for_update()
    )
    if award is None:
        return None
    _reverse(actor, award, reason)
    return award


def reverse(actor: Actor, award: Award, *, reason: str) -> None:
    """Take one award back, with the reason its receiver is told. Refused if it is not credited."""
    hold(award)
    if award.status is not AwardStatus.POSTED:
        raise Refused(_l("Only credited points can be reversed."))
    _reverse(actor, award, reason)


def refund(
    actor: Actor | None,
    transaction_id: int,
    *,
    person_id: int,
    community_id: int,
    points: int,
    key: str,
    memo: Phrase,
) -> int:
    """Give back the points a transaction spent in a community, to the very lots they came from.
    Returns the id of the reversing transaction.

    Awards that were reversed in between, and could not be taken back whole because these points
    were out of reach, are taken back from them now: what was only reserved has not been used.

    Refused if they were given back under another key; NotFoundError if there is no such
    transaction.
    """
    wallet = lock_wallets([person_id])[person_id].points
    ledger.hold_accounts([wallet, issue_account(community_id), redeemed_account(community_id)])
    refund_id = ledger.reverse(actor, transaction_id, key=key, memo=memo)
    left = points - ledger.came_late(refund_id)
    # Looked for once the accounts are held, so that a reversal at the same moment is seen.
    short = db.session.scalars(
        select(Award)
        .where(
            Award.person_id == person_id,
            Award.status == AwardStatus.REVERSED,
            Award.shortfall > 0,
            Award.reversal_id > transaction_id,
        )
        .order_by(Award.reversal_id)
        .with_for_update(of=Award)
    )
    for award in short:
        part = min(left, award.shortfall)
        if part > 0:
            _take_rest(actor, award, wallet, part, refund_id)
            left -= part
    return refund_id


def _take_rest(actor: Actor | None, award: Award, wallet: int, points: int, refund_id: int) -> None:
    reason = award.reversal_reason or ""
    ledger.post(
        actor,
        ledger.Entry(
            key=f"award:{award.fact_key}:reversal:{refund_id}",
            kind="award_rest",
            memo=Phrase(marked("Reversed: %(reason)s"), reason=reason),
            transfers=(ledger.Transfer(wallet, issue_account(award.community_id), points),),
        ),
    )
    award.shortfall -= points
    db.session.flush()
    _tell(award, points, f"award:{award.id}:reversed:{refund_id}")
    _record(actor, award, recovered=points)


def _reverse(actor: Actor | None, award: Award, reason: str) -> None:
    if award.transaction_id is None:
        return
    award.reversal_id = ledger.reverse(
        actor,
        award.transaction_id,
        key=f"award:{award.fact_key}:reversal",
        memo=Phrase(marked("Reversed: %(reason)s"), reason=reason),
        up_to_balance=True,
    )
    award.shortfall = ledger.shortfall(award.reversal_id)
    award.status = AwardStatus.REVERSED
    award.reversed_at = clock.now()
    award.reversed_by_id = actor.id if actor else None
    award.reversal_reason = reason
    db.session.flush()
    _record(actor, award)
    _tell(award, award.points - award.shortfall, f"award:{award.id}:reversed")


def _record(actor: Actor | None, award: Award, **more: int) -> None:
    audit.record(
        actor,
        "points.reverse",
        kind="award",
        id=award.id,
        path=db.session.scalar(select(Place.path).where(Place.id == award.community_id)) or "",
        reason=award.reversal_reason,
        shortfall=award.shortfall,
        **more,
    )


def _tell(award: Award, points: int, key: str) -> None:
    inbox.tell(
        key=key,
        text=Phrase(
            marked("%(points)s points were taken back (%(rule)s): %(reason)s"),
            points=points,
            rule=award.rule.name,
            reason=award.reversal_reason,
        ),
        url="/points",
        people=[award.person_id],
    )
