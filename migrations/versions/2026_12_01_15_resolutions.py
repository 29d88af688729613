"""Tables of resolutions, and what of a meeting stays because a resolution rests on it."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import drop_tables, keep_rows, refuse_when, stop_refusing, unchangeable

revision = "2026_12_01_15_resolutions"
down_revision = "2026_12_01_14_meetings"
branch_labels = None
depends_on = None

TABLES = ("resolution",)


def upgrade() -> None:
    _resolution()
    _what_it_rests_on()


def downgrade() -> None:
    stop_refusing("agenda_item_has_resolution", "agenda_item")
    stop_refusing("vote_has_resolution", "vote")
    drop_tables(*TABLES)


def _resolution() -> None:
    op.create_table(
        "resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("feedback_due_on", sa.Date()),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("fed_back_at", sa.DateTime(timezone=True)),
        sa.Column("fed_back_by_id", sa.Integer()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by_id", sa.Integer()),
        sa.Column("superseded_by_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_resolution"),
        sa.UniqueConstraint("community_id", "number", name="uq_resolution_community_id_number"),
        sa.UniqueConstraint("item_id", name="uq_resolution_item_id"),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name="fk_resolution_closed_by_id"
        ),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_resolution_community_id"),
        sa.ForeignKeyConstraint(
            ["fed_back_by_id"], ["user_account.id"], name="fk_resolution_fed_back_by_id"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name="fk_resolution_item_id"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name="fk_resolution_made_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["resolution.id"], name="fk_resolution_superseded_by_id"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_resolution_topic_id"),
        sa.CheckConstraint(
            "(result IS NULL) = (fed_back_at IS NULL)",
            name=op.f("ck_resolution_fed_back_with_result"),
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR fed_back_at IS NOT NULL",
            name=op.f("ck_resolution_closed_after_result"),
        ),
        sa.CheckConstraint("superseded_by_id <> id", name=op.f("ck_resolution_not_by_itself")),
    )
    op.create_index(
        "ix_resolution_community_decided", "resolution", ["community_id", "decided_on", "id"]
    )
    op.create_index("ix_resolution_superseded_by_id", "resolution", ["superseded_by_id"])
    op.create_index("ix_resolution_topic_id", "resolution", ["topic_id"])
    keep_rows("resolution")
    # A resolution is superseded, never changed.
    unchangeable(
        "resolution", "id", "number", "community_id", "item_id", "topic_id", "title", "text",
        "decided_on", "made_by_id", "made_at",
    )  # fmt: skip


def _what_it_rests_on() -> None:
    """A vote that a resolution rests on is not declared void. It may also rest on what a meeting
    agreed on without a vote: that stays agreed."""
    refuse_when(
        "vote_has_resolution",
        "vote",
        "UPDATE",
        "NEW.state = 'voided' AND OLD.state <> 'voided'"
        " AND EXISTS (SELECT 1 FROM resolution WHERE item_id = NEW.item_id)",
        "a resolution rests on this vote",
    )
    refuse_when(
        "agenda_item_has_resolution",
        "agenda_item",
        "UPDATE",
        "OLD.outcome = 'agreed' AND (NEW.outcome IS NULL OR NEW.outcome <> 'agreed')"
        " AND EXISTS (SELECT 1 FROM resolution WHERE resolution.item_id = NEW.id)",
        "a resolution rests on this item",
    )
