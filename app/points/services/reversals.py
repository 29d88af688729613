"""Taking a wrong award back. The only way in which points are taken from anybody."""

from __future__ import annotations

from sqlalchemy import select

from app.audit import services as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.inbox import services as inbox
from app.ledger import queries
from app.ledger import services as ledger
from app.places.models import Place
from app.points.models import Award, AwardStatus


def reverse_award(actor: Actor | None, *, fact_key: str, reason: str) -> Award | None:
    """Take back what a fact was awarded, because the fact did not hold.

    Returns the award, or None if the fact has none that is credited: then nothing happens.
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
    """Take one award back, with the reason its receiver is told."""
    hold(award)
    if award.status is not AwardStatus.POSTED:
        raise Refused(_l("Only credited points can be reversed."))
    _reverse(actor, award, reason)


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
    award.shortfall = queries.shortfall(award.reversal_id)
    award.status = AwardStatus.REVERSED
    award.reversed_at = clock.now()
    award.reversed_by_id = actor.id if actor else None
    award.reversal_reason = reason
    db.session.flush()
    audit.record(
        actor,
        "points.reverse",
        kind="award",
        id=award.id,
        path=db.session.scalar(select(Place.path).where(Place.id == award.community_id)) or "",
        reason=reason,
        shortfall=award.shortfall,
    )
    inbox.tell(
        key=f"award:{award.id}:reversed",
        text=Phrase(
            marked("%(points)s points were taken back (%(rule)s): %(reason)s"),
            points=award.points - award.shortfall,
            rule=award.rule.name,
            reason=reason,
        ),
        url="/points",
        people=[award.person_id],
    )
