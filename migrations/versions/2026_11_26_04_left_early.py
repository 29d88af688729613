"""When somebody left a meeting before its end."""

from alembic import op

from migrations.helpers import on_sqlite

revision = "2026_11_26_04_left_early"
down_revision = "2026_11_26_03_agreed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out: making the table anew, as alembic does on SQLite, would lose its triggers.
    moment = "DATETIME" if on_sqlite() else "TIMESTAMP WITH TIME ZONE"
    op.execute(
        f"ALTER TABLE invitation ADD COLUMN left_at {moment}"
        " CONSTRAINT ck_invitation_left_after_coming CHECK (left_at IS NULL OR left_at >= present_at)"
    )


def downgrade() -> None:
    if not on_sqlite():
        op.execute("ALTER TABLE invitation DROP COLUMN left_at")
