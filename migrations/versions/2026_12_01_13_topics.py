"""Tables of topics."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, choice, drop_tables, keep_rows, only, unchangeable

revision = "2026_12_01_13_topics"
down_revision = "2026_12_01_12_platforms"
branch_labels = None
depends_on = None

TABLES = ("topic", "topic_building", "topic_unit", "topic_cosigner", "topic_step")
_TOPIC_STATES = (
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
)


def upgrade() -> None:
    _topic()
    _topic_building()
    _topic_unit()
    _topic_cosigner()
    _topic_step()


def downgrade() -> None:
    drop_tables(*TABLES)


def _topic() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer()),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column(
            "source",
            choice(
                "topic_source", "opinion_point", "co_signed", "grid", "party", "unit", "superior"
            ),
            nullable=False,
        ),
        sa.Column(
            "content_class",
            choice("content_class", "public_affairs", "difficulties", "policy", "legal", "parties"),
        ),
        sa.Column("author_id", sa.Integer()),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("state", choice("topic_state", *_TOPIC_STATES), nullable=False),
        sa.Column("state_reason", sa.Text()),
        sa.Column("merged_into_id", sa.Integer()),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.UniqueConstraint("community_id", "number", name="uq_topic_community_id_number"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_topic_author_id"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_topic_community_id"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_topic_entered_by_id"
        ),
        sa.ForeignKeyConstraint(["merged_into_id"], ["topic.id"], name="fk_topic_merged_into_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_topic_platform_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_topic_unit_id"),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)",
            name=op.f("ck_topic_merged_into_something"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_topic_not_into_itself")),
    )
    op.create_index("ix_topic_author_id", "topic", ["author_id"])
    op.create_index("ix_topic_community_state", "topic", ["community_id", "state", "id"])
    op.create_index("ix_topic_entered_by_id", "topic", ["entered_by_id"])
    op.create_index(
        "ix_topic_merged_into_id", "topic", ["merged_into_id"], **only("merged_into_id IS NOT NULL")
    )
    op.create_index(
        "ix_topic_sensitive",
        "topic",
        ["id"],
        sqlite_where=sa.text("sensitive = 1"),
        postgresql_where=sa.text("sensitive"),
    )
    keep_rows("topic")
    unchangeable("topic", "number", "community_id", "author_id", "unit_id", "entered_by_id")


def _topic_building() -> None:
    op.create_table(
        "topic_building",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "place_id", name="pk_topic_building"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_topic_building_place_id"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_building_topic_id"),
    )


def _topic_unit() -> None:
    op.create_table(
        "topic_unit",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "unit_id", name="pk_topic_unit"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_unit_topic_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_topic_unit_unit_id"),
    )


def _topic_cosigner() -> None:
    op.create_table(
        "topic_cosigner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_topic_cosigner"),
        sa.UniqueConstraint("topic_id", "person_id", name="uq_topic_cosigner_topic_id_person_id"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_topic_cosigner_entered_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_topic_cosigner_person_id"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_cosigner_topic_id"),
    )
    op.create_index("ix_topic_cosigner_person_id", "topic_cosigner", ["person_id"])
    keep_rows("topic_cosigner")


def _topic_step() -> None:
    op.create_table(
        "topic_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("state", choice("topic_state", *_TOPIC_STATES), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic_step"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_topic_step_by_id"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_step_topic_id"),
    )
    op.create_index("ix_topic_step_topic_id", "topic_step", ["topic_id"])
    append_only("topic_step")
