"""Indexes for the few among many: meetings that are still to come, topics that are sensitive."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_02_few_among_many"
down_revision = "2026_11_26_01_sent_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_meeting_state_starts", "meeting", ["state", "starts_at"], unique=False)
    op.create_index(
        "ix_topic_sensitive",
        "topic",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sensitive = 1"),
        postgresql_where=sa.text("sensitive"),
    )


def downgrade() -> None:
    op.drop_index("ix_topic_sensitive", table_name="topic")
    op.drop_index("ix_meeting_state_starts", table_name="meeting")
