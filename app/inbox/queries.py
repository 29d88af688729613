"""Messages to one reader: to the user, or to the person the user is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from app.core.access import Actor
from app.core.db import db, rows
from app.core.errors import NotFoundError
from app.core.i18n import Phrase
from app.inbox.models import Message


class ListedMessage(NamedTuple):
    """A message in its reader's list; `url` leads to what it is about."""

    id: int
    text: Phrase
    url: str
    sent_at: datetime
    read_at: datetime | None


_COUNT = select(func.count(Message.id)).where(Message.read_at.is_(None))
_UNREAD = _COUNT.where(Message.user_id == bindparam("user_id"))
_UNREAD_BY_PERSON = _COUNT.where(
    (Message.user_id == bindparam("user_id")) | (Message.person_id == bindparam("person_id"))
)


def to_reader(actor: Actor) -> ColumnElement[bool]:
    """Condition on Message: addressed to the user or to the person they are."""
    to_user = Message.user_id == actor.id
    return to_user if actor.person_id is None else to_user | (Message.person_id == actor.person_id)


def unread_count(actor: Actor) -> int:
    """How many messages the reader has not seen yet. One query over an index of the unread."""
    if actor.person_id is None:
        return int(rows(_UNREAD, user_id=actor.id)[0][0])
    return int(rows(_UNREAD_BY_PERSON, user_id=actor.id, person_id=actor.person_id)[0][0])


def messages_for(actor: Actor, *, unread_only: bool = False) -> Select[Any]:
    """Rows (ListedMessage) of the reader's messages, newest first."""
    # By its number alone SQLite would walk the table instead of fetching the reader's few.
    statement = (
        select(Message.id, Message.text, Message.url, Message.sent_at, Message.read_at)
        .where(to_reader(actor))
        .order_by(Message.sent_at.desc(), Message.id.desc())
    )
    return statement.where(Message.read_at.is_(None)) if unread_only else statement


def message_to(actor: Actor, message_id: int) -> Message:
    """The message, if it is addressed to the reader; else NotFoundError."""
    message = db.session.scalar(select(Message).where(Message.id == message_id, to_reader(actor)))
    if message is None:
        raise NotFoundError
    return message
