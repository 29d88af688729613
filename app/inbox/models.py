from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime
from app.core.i18n import Phrase, PhraseType


class Message(Model):
    """One sentence to one reader, with the page it is about.

    The reader is a person (also one without an account: they find it when they get one) or
    a user who is nobody's resident entry (staff, a unit's contact). `key` makes telling
    the same thing twice harmless.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        UniqueConstraint("user_id", "key"),
        CheckConstraint("(person_id IS NULL) <> (user_id IS NULL)", name="one_reader"),
        # The count in the top bar is asked on every page.
        *(
            Index(
                f"ix_message_unread_of_{reader}",
                f"{reader}_id",
                sqlite_where=text("read_at IS NULL"),
                postgresql_where=text("read_at IS NULL"),
            )
            for reader in ("person", "user")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(String(120))
    text: Mapped[Phrase] = mapped_column(PhraseType)
    url: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
