"""Tables of rosters."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_tables

revision = "2026_12_01_07_rosters"
down_revision = "2026_12_01_06_accounts"
branch_labels = None
depends_on = None

TABLES = ("person_import",)


def upgrade() -> None:
    _person_import()


def downgrade() -> None:
    drop_tables(*TABLES)


def _person_import() -> None:
    op.create_table(
        "person_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person_import"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name="fk_person_import_community_id"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name="fk_person_import_file_id"),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user_account.id"], name="fk_person_import_uploaded_by_id"
        ),
    )
    op.create_index("ix_person_import_community_id", "person_import", ["community_id"])
