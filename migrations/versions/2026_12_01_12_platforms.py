"""Tables of platforms."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import choice, drop_tables, keep_rows

revision = "2026_12_01_12_platforms"
down_revision = "2026_12_01_11_rewards"
branch_labels = None
depends_on = None

TABLES = ("platform", "platform_party")


def upgrade() -> None:
    _platform()
    _platform_party()


def downgrade() -> None:
    drop_tables(*TABLES)


def _platform() -> None:
    op.create_table(
        "platform",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column(
            "kind",
            choice(
                "platform_kind",
                "tripartite",
                "multiparty",
                "council",
                "hearing",
                "talk",
                "courtyard",
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("venue", sa.String(120), nullable=False),
        sa.Column("opening_hours", sa.String(120), nullable=False),
        sa.Column("responsible_id", sa.Integer()),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platform"),
        sa.UniqueConstraint("community_id", "name", name="uq_platform_community_id_name"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_platform_community_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_platform_place_id"),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["person.id"], name="fk_platform_responsible_id"
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= opened_on", name=op.f("ck_platform_period_in_order")
        ),
    )
    keep_rows("platform")


def _platform_party() -> None:
    op.create_table(
        "platform_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_kind",
            choice(
                "unit_kind",
                "stationed",
                "property_firm",
                "owners_committee",
                "department",
                "social_organisation",
                "new_organisation",
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_platform_party"),
        sa.UniqueConstraint(
            "platform_id", "unit_kind", name="uq_platform_party_platform_id_unit_kind"
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name="fk_platform_party_platform_id"
        ),
    )
