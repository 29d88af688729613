"""Tables of rewards."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, keep_rows, unchangeable

revision = "2026_11_21_09_rewards"
down_revision = "2026_11_21_08_points"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reward_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "goods",
                "service",
                "honour",
                name="reward_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("per_person", sa.Integer(), nullable=True),
        sa.Column("unit_cost", sa.Integer(), nullable=True),
        sa.Column("funded_by", sa.String(length=80), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("available_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_reward_item_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["stored_file.id"], name=op.f("fk_reward_item_photo_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_item")),
    )
    op.create_index(
        "ix_reward_item_community", "reward_item", ["community_id", "withdrawn_at"], unique=False
    )
    op.create_table(
        "redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("unit_cost", sa.Integer(), nullable=True),
        sa.Column("funded_by", sa.String(length=80), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reserved",
                "handed_over",
                "cancelled",
                name="redemption_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reserved_by_id", sa.Integer(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserved_on", sa.Date(), nullable=False),
        sa.Column("collect_by", sa.Date(), nullable=False),
        sa.Column("handed_over_by_id", sa.Integer(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.Integer(), nullable=True),
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
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["user_account.id"], name=op.f("fk_redemption_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_redemption_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["handed_over_by_id"], ["user_account.id"], name=op.f("fk_redemption_handed_over_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["reward_item.id"], name=op.f("fk_redemption_item_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_redemption_person_id")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["ledger_transaction.id"], name=op.f("fk_redemption_refund_id")
        ),
        sa.ForeignKeyConstraint(
            ["reserved_by_id"], ["user_account.id"], name=op.f("fk_redemption_reserved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_redemption_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("code", name=op.f("uq_redemption_code")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_redemption_refund_id")),
        sa.UniqueConstraint("request_key", name=op.f("uq_redemption_request_key")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_redemption_transaction_id")),
    )
    op.create_index(
        "ix_redemption_community_state", "redemption", ["community_id", "state", "id"], unique=False
    )
    op.create_index(
        "ix_redemption_handed_over", "redemption", ["community_id", "handed_over_on"], unique=False
    )
    op.create_index(
        "ix_redemption_person_item", "redemption", ["person_id", "item_id"], unique=False
    )
    op.create_table(
        "stock_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("change <> 0", name=op.f("ck_stock_change_changes_something")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_stock_change_by_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["reward_item.id"], name=op.f("fk_stock_change_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_change")),
    )
    op.create_index(op.f("ix_stock_change_item_id"), "stock_change", ["item_id"], unique=False)
    append_only("stock_change")
    for table in ("reward_item", "redemption"):
        keep_rows(table)
    unchangeable(
        "redemption", "code", "request_key", "item_id", "person_id", "community_id", "points",
        "unit_cost", "funded_by", "by_proxy", "reserved_by_id", "reserved_at", "reserved_on",
        "collect_by", "transaction_id",
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("stock_change")
    op.drop_table("redemption")
    op.drop_table("reward_item")
