"""Tables of rewards."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, choice, drop_tables, keep_rows, unchangeable

revision = "2026_12_01_11_rewards"
down_revision = "2026_12_01_10_points"
branch_labels = None
depends_on = None

TABLES = ("reward_item", "redemption", "stock_change")


def upgrade() -> None:
    _reward_item()
    _redemption()
    _stock_change()


def downgrade() -> None:
    drop_tables(*TABLES)


def _reward_item() -> None:
    op.create_table(
        "reward_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("reward_kind", "goods", "service", "honour"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer()),
        sa.Column("per_person", sa.Integer()),
        sa.Column("unit_cost", sa.Integer()),
        sa.Column("funded_by", sa.String(80), nullable=False),
        sa.Column("photo_id", sa.Integer()),
        sa.Column("available_from", sa.Date()),
        sa.Column("available_until", sa.Date()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reward_item"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_reward_item_community_id"),
        sa.ForeignKeyConstraint(["photo_id"], ["stored_file.id"], name="fk_reward_item_photo_id"),
        sa.CheckConstraint(
            "available_from IS NULL OR available_until IS NULL OR available_until >= available_from",
            name=op.f("ck_reward_item_window_in_order"),
        ),
        sa.CheckConstraint(
            "per_person IS NULL OR per_person > 0", name=op.f("ck_reward_item_limit_positive")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_reward_item_points_positive")),
        sa.CheckConstraint(
            "stock IS NULL OR stock >= 0", name=op.f("ck_reward_item_stock_not_negative")
        ),
        sa.CheckConstraint(
            "unit_cost IS NULL OR unit_cost >= 0", name=op.f("ck_reward_item_cost_not_negative")
        ),
    )
    op.create_index("ix_reward_item_community", "reward_item", ["community_id", "withdrawn_at"])
    keep_rows("reward_item")


def _redemption() -> None:
    op.create_table(
        "redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("request_key", sa.String(64), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("unit_cost", sa.Integer()),
        sa.Column("funded_by", sa.String(80), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            choice("redemption_state", "reserved", "handed_over", "cancelled"),
            nullable=False,
        ),
        sa.Column("reserved_by_id", sa.Integer(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserved_on", sa.Date(), nullable=False),
        sa.Column("collect_by", sa.Date(), nullable=False),
        sa.Column("handed_over_by_id", sa.Integer()),
        sa.Column("handed_over_at", sa.DateTime(timezone=True)),
        sa.Column("handed_over_on", sa.Date()),
        sa.Column("cancelled_by_id", sa.Integer()),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("cancel_reason", sa.String(200)),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer()),
        sa.Column("lapsed", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name="pk_redemption"),
        sa.UniqueConstraint("code", name="uq_redemption_code"),
        sa.UniqueConstraint("refund_id", name="uq_redemption_refund_id"),
        sa.UniqueConstraint("request_key", name="uq_redemption_request_key"),
        sa.UniqueConstraint("transaction_id", name="uq_redemption_transaction_id"),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["user_account.id"], name="fk_redemption_cancelled_by_id"
        ),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_redemption_community_id"),
        sa.ForeignKeyConstraint(
            ["handed_over_by_id"], ["user_account.id"], name="fk_redemption_handed_over_by_id"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["reward_item.id"], name="fk_redemption_item_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_redemption_person_id"),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["ledger_transaction.id"], name="fk_redemption_refund_id"
        ),
        sa.ForeignKeyConstraint(
            ["reserved_by_id"], ["user_account.id"], name="fk_redemption_reserved_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name="fk_redemption_transaction_id"
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (refund_id IS NOT NULL)",
            name=op.f("ck_redemption_cancelled_is_refunded"),
        ),
        sa.CheckConstraint(
            "(state = 'handed_over') = (handed_over_at IS NOT NULL)",
            name=op.f("ck_redemption_handed_over_when"),
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR (cancelled_at IS NOT NULL AND cancel_reason IS NOT NULL)",
            name=op.f("ck_redemption_cancelled_with_reason"),
        ),
        sa.CheckConstraint(
            "(handed_over_at IS NULL) = (handed_over_by_id IS NULL)",
            name=op.f("ck_redemption_handed_over_by_somebody"),
        ),
        sa.CheckConstraint(
            "(handed_over_at IS NULL) = (handed_over_on IS NULL)",
            name=op.f("ck_redemption_handed_over_on_a_day"),
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_redemption_points_positive")),
        sa.CheckConstraint(
            "lapsed BETWEEN 0 AND points", name=op.f("ck_redemption_lapsed_within_points")
        ),
    )
    op.create_index("ix_redemption_community_state", "redemption", ["community_id", "state", "id"])
    op.create_index("ix_redemption_handed_over", "redemption", ["community_id", "handed_over_on"])
    op.create_index("ix_redemption_person_item", "redemption", ["person_id", "item_id"])
    keep_rows("redemption")
    unchangeable(
        "redemption", "code", "request_key", "item_id", "person_id", "community_id", "points",
        "unit_cost", "funded_by", "by_proxy", "reserved_by_id", "reserved_at", "reserved_on",
        "collect_by", "transaction_id",
    )  # fmt: skip


def _stock_change() -> None:
    op.create_table(
        "stock_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_change"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_stock_change_by_id"),
        sa.ForeignKeyConstraint(["item_id"], ["reward_item.id"], name="fk_stock_change_item_id"),
        sa.CheckConstraint("change <> 0", name=op.f("ck_stock_change_changes_something")),
    )
    op.create_index("ix_stock_change_item_id", "stock_change", ["item_id"])
    append_only("stock_change")
