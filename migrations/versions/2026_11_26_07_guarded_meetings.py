"""Meetings: who noted an early leave, the units a topic concerns, minutes that stay as confirmed."""

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
    _confirmed_meetings()


def downgrade() -> None:
    for act in ("update", "delete"):
        stop_refusing(f"meeting_{act}_guard", "meeting")
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


def _confirmed_meetings() -> None:
    # No column may change any more: what was wrong is said by a correction, a row of its own.
    for act in ("UPDATE", "DELETE"):
        refuse_when(
            f"meeting_{act.lower()}_guard",
            "meeting",
            act,
            "OLD.state = 'confirmed'",
            "the minutes are confirmed",
        )
