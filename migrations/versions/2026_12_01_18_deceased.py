"""People who have died are told from those who have moved out."""

from alembic import op

revision = "2026_12_01_18_deceased"
down_revision = "2026_12_01_17_conventions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One statement for both engines: SQLite adds a CHECK only together with its column.
    op.execute(
        "ALTER TABLE person ADD COLUMN deceased BOOLEAN DEFAULT false NOT NULL"
        " CONSTRAINT ck_person_deceased_since CHECK (NOT deceased OR moved_out_on IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_column("person", "deceased")
