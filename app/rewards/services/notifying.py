"""What is said of a redemption: to the person, and to the trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.audit import interface as audit
from app.core.access import Actor
from app.core.db import db
from app.core.i18n import Phrase
from app.inbox import interface as inbox
from app.places.models import Place
from app.rewards.models import Redemption


def tell(redemption: Redemption, event: str, msgid: str, **params: str) -> None:
    inbox.tell(
        key=f"redemption:{redemption.id}:{event}",
        text=Phrase(msgid, **({"item": redemption.item.name} | params)),
        url="/rewards/mine",
        people=[redemption.person_id],
    )


def record(actor: Actor, action: str, redemption: Redemption, **detail: Any) -> None:
    path = db.session.scalar(select(Place.path).where(Place.id == redemption.community_id)) or ""
    audit.record(
        actor,
        action,
        kind="redemption",
        id=redemption.id,
        path=path,
        code=redemption.code,
        points=redemption.points,
        **detail,
    )
