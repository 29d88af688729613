"""Tables of people."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import by_bytes, choice, drop_tables

revision = "2026_12_01_05_people"
down_revision = "2026_12_01_04_places"
branch_labels = None
depends_on = None

TABLES = ("household", "unit", "person", "appointment")


def upgrade() -> None:
    _household()
    _unit()
    _person()
    _appointment()


def downgrade() -> None:
    drop_tables(*TABLES)


def _household() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_household"),
        sa.UniqueConstraint("building_id", "room", name="uq_household_building_id_room"),
        sa.ForeignKeyConstraint(["building_id"], ["place.id"], name="fk_household_building_id"),
    )


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column(
            "kind",
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
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.String(60)),
        sa.Column("contact_phone", sa.String(20)),
        sa.Column("ended_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("community_id", "name", name="uq_unit_community_id_name"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_unit_community_id"),
    )
    op.create_index("ix_unit_community_id", "unit", ["community_id"])


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", by_bytes(12), nullable=False),
        sa.Column("name", by_bytes(60), nullable=False),
        sa.Column("pinyin", by_bytes(120), nullable=False),
        sa.Column("initials", by_bytes(30), nullable=False),
        sa.Column("gender", choice("gender", "female", "male")),
        sa.Column("born_on", sa.Date()),
        sa.Column("phone", sa.String(20)),
        sa.Column("phone_tail", by_bytes(4)),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer()),
        sa.Column("party_member", sa.Boolean(), nullable=False),
        sa.Column("works_at_id", sa.Integer()),
        sa.Column("moved_out_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("code", name="uq_person_code"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_person_community_id"),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name="fk_person_household_id"),
        sa.ForeignKeyConstraint(["works_at_id"], ["unit.id"], name="fk_person_works_at_id"),
        sa.CheckConstraint(
            "phone IS NULL OR length(phone) BETWEEN 5 AND 20", name=op.f("ck_person_phone_length")
        ),
    )
    op.create_index("ix_person_community_initials", "person", ["community_id", "initials"])
    op.create_index("ix_person_community_name", "person", ["community_id", "name"])
    op.create_index("ix_person_community_phone_tail", "person", ["community_id", "phone_tail"])
    op.create_index("ix_person_community_pinyin", "person", ["community_id", "pinyin"])
    op.create_index("ix_person_household_id", "person", ["household_id"])
    op.create_index("ix_person_works_at_id", "person", ["works_at_id"])


def _appointment() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            choice(
                "appointment_kind",
                "responsible",
                "committee_member",
                "resident_rep",
                "building_head",
                "grid_worker",
                "household_liaison",
                "part_time_member",
                "oversight_member",
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(60)),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("end_reason", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_appointment_person_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_appointment_place_id"),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_appointment_term_in_order")
        ),
    )
    op.create_index("ix_appointment_person_id", "appointment", ["person_id"])
    op.create_index("ix_appointment_place_id", "appointment", ["place_id"])
