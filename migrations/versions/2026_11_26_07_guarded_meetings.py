"""Who noted that somebody left a meeting early; the units a topic concerns."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import on_sqlite, refuse_when, stop_refusing

revision = "2026_11_26_07_guarded_meetings"
down_revision = "2026_11_26_06_repealed_by"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _leaving_early()
    _units_concerned()


def downgrade() -> None:
    op.drop_table("topic_unit")
    stop_refusing("invitation_left_in_time", "invitation")
    if not on_sqlite():
        op.drop_column("invitation", "left_noted_by_id")


def _leaving_early() -> None:
    # Written out: making the table anew, as alembic does on SQLite, would lose its triggers.
    op.execute(
        "ALTER TABLE invitation ADD COLUMN left_noted_by_id INTEGER"
        " CONSTRAINT fk_invitation_left_noted_by_id REFERENCES user_account (id)"
    )
    refuse_when(
        "invitation_left_in_time",
        "invitation",
        "UPDATE",
        "NEW.left_at > (SELECT closed_at FROM meeting WHERE meeting.id = NEW.meeting_id)",
        "nobody leaves a meeting after its end",
    )


def _units_concerned() -> None:
    op.create_table(
        "topic_unit",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_unit_topic_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_topic_unit_unit_id")),
        sa.PrimaryKeyConstraint("topic_id", "unit_id", name=op.f("pk_topic_unit")),
    )
