"""Tables of platforms."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, keep_rows, unchangeable

revision = "2026_11_21_10_platforms"
down_revision = "2026_11_21_09_rewards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "platform",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tripartite",
                "multiparty",
                "council",
                "hearing",
                "talk",
                "courtyard",
                name="platform_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column("opening_hours", sa.String(length=120), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= opened_on", name=op.f("ck_platform_period_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_platform_community_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_platform_place_id")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["person.id"], name=op.f("fk_platform_responsible_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("community_id", "name", name=op.f("uq_platform_community_id_name")),
    )
    op.create_table(
        "platform_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column(
            "unit_kind",
            sa.Enum(
                "stationed",
                "property_firm",
                "owners_committee",
                "department",
                "social_organisation",
                "new_organisation",
                name="unit_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_platform_party_platform_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_party")),
        sa.UniqueConstraint(
            "platform_id", "unit_kind", name=op.f("uq_platform_party_platform_id_unit_kind")
        ),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "opinion_point",
                "co_signed",
                "grid",
                "party",
                "unit",
                "superior",
                name="topic_source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "content_class",
            sa.Enum(
                "public_affairs",
                "difficulties",
                "policy",
                "legal",
                "parties",
                name="content_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "accepted",
                "returned",
                "merged",
                "out_of_scope",
                "scheduled",
                "consensus",
                "to_reps_assembly",
                "to_residents_assembly",
                "deferred",
                "dropped",
                "implemented",
                "fed_back",
                "closed",
                name="topic_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_topic_merged_into_something"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_topic_not_into_itself")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_topic_author_id")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_topic_community_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_topic_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["topic.id"], name=op.f("fk_topic_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_topic_platform_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_topic_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_topic_community_id_number")),
    )
    op.create_index(op.f("ix_topic_author_id"), "topic", ["author_id"], unique=False)
    op.create_index(
        "ix_topic_community_state", "topic", ["community_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_topic_entered_by_id"), "topic", ["entered_by_id"], unique=False)
    op.create_index(
        "ix_topic_merged_into_id",
        "topic",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_table(
        "topic_building",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_topic_building_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_building_topic_id")
        ),
        sa.PrimaryKeyConstraint("topic_id", "place_id", name=op.f("pk_topic_building")),
    )
    op.create_table(
        "topic_cosigner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_topic_cosigner_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_topic_cosigner_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_topic_cosigner_topic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_cosigner")),
        sa.UniqueConstraint(
            "topic_id", "person_id", name=op.f("uq_topic_cosigner_topic_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_topic_cosigner_person_id"), "topic_cosigner", ["person_id"], unique=False
    )
    op.create_table(
        "topic_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "accepted",
                "returned",
                "merged",
                "out_of_scope",
                "scheduled",
                "consensus",
                "to_reps_assembly",
                "to_residents_assembly",
                "deferred",
                "dropped",
                "implemented",
                "fed_back",
                "closed",
                name="topic_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_topic_step_by_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_step_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_step")),
    )
    op.create_index(op.f("ix_topic_step_topic_id"), "topic_step", ["topic_id"], unique=False)
    append_only("topic_step")
    for table in ("platform", "topic", "topic_cosigner"):
        keep_rows(table)
    unchangeable("topic", "number", "community_id", "author_id", "unit_id", "entered_by_id")


def downgrade() -> None:
    op.drop_table("topic_step")
    op.drop_table("topic_cosigner")
    op.drop_table("topic_building")
    op.drop_table("topic")
    op.drop_table("platform_party")
    op.drop_table("platform")
