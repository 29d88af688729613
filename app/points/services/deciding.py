"""The second person who looks at what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.people.models import Person
from app.places.models import Place
from app.points import policy
from app.points.models import Award, AwardStatus
from app.points.services.facts import post
from app.points.services.wallets import lock_wallets


def approve_award(actor: Actor, award: Award) -> None:
    """Credit an award that waited. Refused for the user who asked for it, if it is for the actor or
    their household, and if it has been decided."""
    for _award, refusal in approve_awards(actor, [award]):
        raise refusal


def approve_awards(actor: Actor, awards: Sequence[Award]) -> list[tuple[Award, Refused]]:
    """Credit all that may be; returns the others, each with why not.

    All wallets are locked before the first point moves: another user who credits one of
    these people meanwhile holds a wallet and waits for the issuing account, which is taken last here, too.
    """
    wallets = lock_wallets(award.person_id for award in awards)
    fit, refused = [], []
    for award in sorted(awards, key=lambda award: award.id):
        try:
            _lock_pending(award)
            _refuse_unfit(actor, award)
        except Refused as refusal:
            refused.append((award, refusal))
        else:
            fit.append(award)
    for award in fit:
        award.decided_by_id, award.decided_at = actor.id, clock.now()
    if fit:
        post(actor, fit, wallets)
    for award in fit:
        record(actor, "points.approve", [award], points=award.points)
    return refused


def refuse_award(actor: Actor, award: Award, *, reason: str) -> None:
    """Turn an award down; the user who asked for it is told the reason. Refused as `approve_award`
    is."""
    _lock_pending(award)
    _refuse_unfit(actor, award)
    award.status = AwardStatus.REFUSED
    award.decided_by_id, award.decided_at = actor.id, clock.now()
    award.decision_reason = reason
    db.session.flush()
    record(actor, "points.refuse", [award], reason=reason)
    inbox.tell(
        key=f"award:{award.id}:refused",
        text=Phrase(
            marked("The points you asked for were not approved (%(rule)s): %(reason)s"),
            rule=award.rule.name,
            reason=reason,
        ),
        url=f"/points/awards/{award.id}",
        users=[award.requested_by_id] if award.requested_by_id else [],
    )


def withdraw_award(actor: Actor, award: Award) -> None:
    """Take back one's own request before it is decided. Refused if another user asked for it, or it
    has been decided."""
    _lock_pending(award)
    if award.requested_by_id != actor.id:
        raise Refused(_l("Only whoever asked for it can withdraw it."))
    award.status = AwardStatus.WITHDRAWN
    db.session.flush()
    record(actor, "points.withdraw", [award])


def own_household(actor: Actor) -> int | None:
    if actor.person_id is None:
        return None
    return db.session.scalar(select(Person.household_id).where(Person.id == actor.person_id))


def is_for_own(actor: Actor, award: Award) -> bool:
    """Whether the points are for the actor or their household: then others decide."""
    household_id = db.session.scalar(
        select(Person.household_id).where(Person.id == award.person_id)
    )
    return policy.is_close(actor.person_id, own_household(actor), award.person_id, household_id)


def _refuse_unfit(actor: Actor, award: Award) -> None:
    if award.requested_by_id == actor.id:
        raise Refused(_l("A second person has to decide: you asked for these points."))
    if is_for_own(actor, award):
        raise Refused(_l("Somebody else has to decide about yourself or your own household."))


def _lock_pending(award: Award) -> None:
    hold(award)
    if award.status is not AwardStatus.PENDING:
        raise Refused(_l("This has been decided already."))


def record(actor: Actor, action: str, awards: Sequence[Award], **detail: Any) -> None:
    path = db.session.scalar(select(Place.path).where(Place.id == awards[0].community_id)) or ""
    audit.record(
        actor,
        action,
        kind="award",
        id=awards[0].id if len(awards) == 1 else None,
        path=path,
        awards=[award.id for award in awards],
        **detail,
    )
