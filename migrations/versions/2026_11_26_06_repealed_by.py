"""What a meeting decided when a convention was repealed."""

from alembic import op

from migrations.helpers import on_sqlite

revision = "2026_11_26_06_repealed_by"
down_revision = "2026_11_26_05_return_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out: making the table anew, as alembic does on SQLite, would lose its triggers.
    op.execute(
        "ALTER TABLE convention_version ADD COLUMN ended_item_id INTEGER"
        " CONSTRAINT fk_convention_version_ended_item_id REFERENCES agenda_item (id)"
    )


def downgrade() -> None:
    if not on_sqlite():
        op.drop_column("convention_version", "ended_item_id")
