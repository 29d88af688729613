from __future__ import annotations

from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db

if TYPE_CHECKING:
    from app.core.access import Actor

# Where the request came from; set per request, so that services need not pass it along.
address: ContextVar[str | None] = ContextVar("address", default=None)


def record(
    actor: Actor | None,
    action: str,
    *,
    kind: str,
    id: int | None,  # noqa: A002 - the subject's id
    path: str = "",
    **detail: Any,
) -> None:
    """Add an entry to the trail, in the caller's transaction.

    `action` is a dotted verb ("meeting.close"), `kind` the subject's table, `path` the path
    of the place it belongs to. `detail` holds what a later reader needs, never plain
    phone numbers or identity numbers. No actor means the system itself.
    """
    db.session.execute(
        insert(AuditEntry).values(
            at=clock.now(),
            actor_id=actor.id if actor else None,
            actor_name=actor.name if actor else "",
            action=action,
            subject_kind=kind,
            subject_id=id,
            place_path=path,
            detail=detail,
            address=address.get(),
        )
    )


def record_work(actor: Actor, action: str, *, kind: str, id: int, path: str, **detail: Any) -> None:  # noqa: A002
    """`record` for work that goes on, such as text that saves itself: one entry in ten minutes."""
    entries = db.session.scalars(
        select(AuditEntry.detail).where(
            AuditEntry.subject_kind == kind,
            AuditEntry.subject_id == id,
            AuditEntry.action == action,
            AuditEntry.actor_id == actor.id,
            AuditEntry.at > clock.now() - _ONE_SITTING,
        )
    )
    if detail not in entries.all():
        record(actor, action, kind=kind, id=id, path=path, **detail)


_ONE_SITTING = timedelta(minutes=10)
