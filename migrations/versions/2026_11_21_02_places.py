"""Tables of places."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_02_places"
down_revision = "2026_11_21_01_core"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "city",
                "district",
                "street",
                "community",
                "grid",
                "estate",
                "building",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "path",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "estate_kind",
            sa.Enum(
                "mature",
                "old",
                "without",
                name="estate_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(level = 'city') = (parent_id IS NULL)",
            name=op.f("ck_place_only_cities_have_no_parent"),
        ),
        sa.CheckConstraint(
            "estate_kind IS NULL OR level = 'estate'", name=op.f("ck_place_estate_kind_of_estates")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
    )
    op.create_index(op.f("ix_place_level"), "place", ["level"], unique=False)
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"], unique=False)
    op.create_index(op.f("ix_place_path"), "place", ["path"], unique=False)
    op.create_index("uq_place_parent_id_name", "place", ["parent_id", "name"], unique=True)


def downgrade() -> None:
    op.drop_table("place")
