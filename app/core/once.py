"""What a form made, so that the form sent again makes nothing again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import request
from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime, db, insert_new
from app.core.guard import actor

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 500  # characters for what was made: enough for the ids of everything one form makes


class SentForm(Model):
    """A form that was carried out; `made` names the rows, such as "topic:7" or "task:3,4"."""

    __tablename__ = "sent_form"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made: Mapped[str] = mapped_column(String(_MOST))


def once(key: str, call: Callable[[], Any]) -> Any:
    """What `call` makes; under a key that the same person has sent to the same address before,
    what was made then.

    The same key at another address is another form's, and what that made is of another kind; from
    another person it is forged, and what was made is not theirs to see. A second writer with the
    same key waits here until the first has committed.
    """
    whole = f"{actor().id} {request.path} {key}"
    key = hashlib.sha256(whole.encode()).hexdigest()  # of any length, in one column
    new = insert_new(SentForm).values(key=key, sent_at=clock.now(), made="")
    if db.session.scalar(new.returning(SentForm.key)) is None:
        return _made_before(key)
    result = call()
    db.session.flush()
    db.session.execute(update(SentForm).where(SentForm.key == key).values(made=_named(result)))
    return result


def _named(result: Any) -> str:
    """The row or rows as text; empty if it is neither."""
    made = result if isinstance(result, list) else [result]
    if not made or not all(isinstance(row, Model) for row in made):
        return ""
    ids = ",".join(str(row.id) for row in made)
    return f"{made[0].__tablename__}:{ids}" + ("," if isinstance(result, list) else "")


def _made_before(key: str) -> Any:
    named = db.session.scalars(select(SentForm.made).where(SentForm.key == key)).one()
    if not named:
        return None
    table, _colon, ids = named.partition(":")
    [model] = [m.class_ for m in Model.registry.mappers if m.class_.__tablename__ == table]
    made = [db.session.get_one(model, int(id_)) for id_ in ids.split(",") if id_]
    return made if ids.endswith(",") else made[0]
