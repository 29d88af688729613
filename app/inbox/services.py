"""Telling people something, and their having read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import User
from app.core import clock
from app.core.access import Actor
from app.core.db import db, insert_new
from app.core.i18n import Phrase
from app.inbox.models import Message
from app.inbox.queries import to_reader


def tell(
    *, key: str, text: Phrase, url: str, people: Iterable[int] = (), users: Iterable[int] = ()
) -> None:
    """Put one sentence into the inboxes of these people and users, once per reader and `key`.

    `key` names the fact ("topic:7:step:31"), `url` is the path of the page it is about. A
    person needs no account yet: the messages are there when they get one. A user who is also
    among the people is told as that person only.
    """
    person_ids = set(people)
    user_ids = set(users)
    if person_ids and user_ids:
        user_ids -= set(
            db.session.scalars(
                select(User.id).where(User.id.in_(user_ids), User.person_id.in_(person_ids))
            )
        )
    same: dict[str, Any] = {"key": key, "text": text, "url": url, "sent_at": clock.now()}
    readers = [{"person_id": reader, "user_id": None} for reader in sorted(person_ids)]
    readers += [{"person_id": None, "user_id": reader} for reader in sorted(user_ids)]
    if not readers:
        return
    db.session.execute(insert_new(Message), [reader | same for reader in readers])


def mark_read(actor: Actor, message: Message) -> None:
    """Note that the reader has seen it; the first time counts."""
    db.session.execute(
        update(Message)
        .where(Message.id == message.id, to_reader(actor), Message.read_at.is_(None))
        .values(read_at=clock.now())
    )


def mark_all_read(actor: Actor) -> None:
    """Note that the reader has seen everything."""
    db.session.execute(
        update(Message)
        .where(to_reader(actor), Message.read_at.is_(None))
        .values(read_at=clock.now())
    )
