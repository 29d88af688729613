"""Tables of points."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_08_points"
down_revision = "2026_11_21_07_disclosure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # tables: begin
    op.create_table(
        "points_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("second_person_from", sa.Integer(), nullable=False),
        sa.Column("expires_after_months", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_policy")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_points_policy_effective_from")),
    )
    op.create_table(
        "earning_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "deliberation",
                "resolution_work",
                "volunteering",
                "convention",
                "neighbourliness",
                "proposals",
                "honours",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "per_time",
                "per_hour",
                "per_difficulty",
                "percent",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("yearly_cap", sa.Integer(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_earning_rule_points_positive")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_earning_rule_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earning_rule")),
        sa.UniqueConstraint(
            "code",
            "community_id",
            "effective_from",
            name=op.f("uq_earning_rule_code_community_id_effective_from"),
        ),
    )
    op.create_index(op.f("ix_earning_rule_code"), "earning_rule", ["code"], unique=False)
    op.create_table(
        "wallet",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_wallet_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wallet_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_wallet")),
        sa.UniqueConstraint("account_id", name=op.f("uq_wallet_account_id")),
    )
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fact_key", sa.String(length=120), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "posted",
                "refused",
                "reversed",
                name="award_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=300), nullable=True),
        sa.Column("transaction_id", sa.Integer(), nullable=True),
        sa.Column("reversal_id", sa.Integer(), nullable=True),
        sa.Column("shortfall", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('posted', 'reversed')) = (transaction_id IS NOT NULL)",
            name=op.f("ck_award_posted_has_transaction"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id",
            name=op.f("ck_award_two_people"),
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_award_points_positive")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_award_community_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_award_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_person_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_award_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reversal_id"], ["ledger_transaction.id"], name=op.f("fk_award_reversal_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["earning_rule.id"], name=op.f("fk_award_rule_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_award_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("fact_key", name=op.f("uq_award_fact_key")),
    )
    op.create_index(
        "ix_award_community_status", "award", ["community_id", "status", "id"], unique=False
    )
    op.create_index(
        "ix_award_person", "award", ["person_id", "rule_id", "happened_on"], unique=False
    )
    # tables: end


def downgrade() -> None:
    # tables: drop
    op.drop_table("award")
    op.drop_table("wallet")
    op.drop_table("earning_rule")
    op.drop_table("points_policy")
    # tables: dropped
