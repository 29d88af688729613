"""Tables of inbox."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_tables, keep_rows, only, unchangeable

revision = "2026_12_01_08_inbox"
down_revision = "2026_12_01_07_rosters"
branch_labels = None
depends_on = None

TABLES = ("message",)


def upgrade() -> None:
    _message()


def downgrade() -> None:
    drop_tables(*TABLES)


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("person_id", "key", name="uq_message_person_id_key"),
        sa.UniqueConstraint("user_id", "key", name="uq_message_user_id_key"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_message_user_id"),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_message_one_reader")
        ),
    )
    op.create_index(
        "ix_message_unread_of_person", "message", ["person_id"], **only("read_at IS NULL")
    )
    op.create_index("ix_message_unread_of_user", "message", ["user_id"], **only("read_at IS NULL"))
    keep_rows("message")
    unchangeable("message", "person_id", "user_id", "key", "text", "url", "sent_at")
