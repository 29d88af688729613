"""Tables of inbox."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import keep_rows, unchangeable

revision = "2026_11_21_06_inbox"
down_revision = "2026_11_21_05_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_message_one_reader")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_message_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_message_person_id_key")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_message_user_id_key")),
    )
    op.create_index(
        "ix_message_unread_of_person",
        "message",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "ix_message_unread_of_user",
        "message",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    keep_rows("message")
    unchangeable("message", "person_id", "user_id", "key", "text", "url", "sent_at")


def downgrade() -> None:
    op.drop_table("message")
