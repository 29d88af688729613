"""Tables of places."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import by_bytes, choice, drop_tables

revision = "2026_12_01_04_places"
down_revision = "2026_12_01_03_ledger"
branch_labels = None
depends_on = None

TABLES = ("place",)


def upgrade() -> None:
    _place()


def downgrade() -> None:
    drop_tables(*TABLES)


def _place() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20)),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column(
            "level",
            choice(
                "level", "city", "district", "street", "community", "grid", "estate", "building"
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("path", by_bytes(120), nullable=False),
        sa.Column("estate_kind", choice("estate_kind", "mature", "old", "without")),
        sa.Column("address", sa.String(200)),
        sa.Column("retired_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint("code", name="uq_place_code"),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name="fk_place_parent_id"),
        sa.CheckConstraint(
            "(level = 'city') = (parent_id IS NULL)",
            name=op.f("ck_place_only_cities_have_no_parent"),
        ),
        sa.CheckConstraint(
            "estate_kind IS NULL OR level = 'estate'", name=op.f("ck_place_estate_kind_of_estates")
        ),
    )
    op.create_index("ix_place_level", "place", ["level"])
    op.create_index("ix_place_parent_id", "place", ["parent_id"])
    op.create_index("ix_place_path", "place", ["path"])
    op.create_index("uq_place_parent_id_name", "place", ["parent_id", "name"], unique=True)
