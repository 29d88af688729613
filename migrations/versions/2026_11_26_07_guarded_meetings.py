"""Who noted that somebody left a meeting early, and that nobody left it after its end."""

from alembic import op

from migrations.helpers import on_sqlite, refuse_when, stop_refusing

revision = "2026_11_26_07_guarded_meetings"
down_revision = "2026_11_26_06_repealed_by"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _leaving_early()


def downgrade() -> None:
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
