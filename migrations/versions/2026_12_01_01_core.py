"""Tables of core."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_tables

revision = "2026_12_01_01_core"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ("calendar_day", "counter", "stored_file", "sent_form", "attempts")


def upgrade() -> None:
    _calendar_day()
    _counter()
    _stored_file()
    _sent_form()
    _attempts()


def downgrade() -> None:
    drop_tables(*TABLES)


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_day"),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _stored_file() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
    )
    op.create_index("ix_stored_file_digest", "stored_file", ["digest"])


def _sent_form() -> None:
    op.create_table(
        "sent_form",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sent_form"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "address", "seconds", name="pk_attempts"),
    )
    op.create_index("ix_attempts_since", "attempts", ["since"])
