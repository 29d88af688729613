"""Tables of ledger."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_21_04_ledger"
down_revision = "2026_11_21_03_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # tables: begin
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "issue",
                "wallet",
                "redeemed",
                "expired",
                "void",
                name="account_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "unit",
            sa.Enum(
                "points",
                "minutes",
                name="ledger_unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "balance >= 0 OR kind = 'issue'", name=op.f("ck_account_only_issue_below_zero")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("code", name=op.f("uq_account_code")),
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("shortfall", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "shortfall = 0 OR reverses_id IS NOT NULL",
            name=op.f("ck_ledger_transaction_only_reversals_fall_short"),
        ),
        sa.CheckConstraint(
            "shortfall >= 0", name=op.f("ck_ledger_transaction_shortfall_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["ledger_transaction.id"],
            name=op.f("fk_ledger_transaction_reverses_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transaction_key")),
    )
    op.create_index(
        "ix_ledger_transaction_day_id", "ledger_transaction", ["day", "id"], unique=False
    )
    op.create_index(
        "uq_ledger_transaction_reverses_id",
        "ledger_transaction",
        ["reverses_id"],
        unique=True,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_seal")),
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_lot_amount_positive")),
        sa.CheckConstraint(
            "remaining BETWEEN 0 AND amount", name=op.f("ck_lot_remaining_within_amount")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_lot_account_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_lot_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    op.create_index(
        "ix_lot_expiring",
        "lot",
        ["expires_on", "account_id"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
        postgresql_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
    )
    op.create_index(
        "ix_lot_open",
        "lot",
        ["account_id", "expires_on"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index("ix_lot_transaction_id", "lot", ["transaction_id"], unique=False)
    op.create_table(
        "posting",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_posting_amount_positive")),
        sa.CheckConstraint("source_id <> destination_id", name=op.f("ck_posting_two_accounts")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["account.id"], name=op.f("fk_posting_destination_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["account.id"], name=op.f("fk_posting_source_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_posting_transaction_id")
        ),
        sa.PrimaryKeyConstraint("transaction_id", "number", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_posting_destination_id_transaction_id",
        "posting",
        ["destination_id", "transaction_id"],
        unique=False,
    )
    op.create_index(
        "ix_posting_source_id_transaction_id",
        "posting",
        ["source_id", "transaction_id"],
        unique=False,
    )
    op.create_table(
        "lot_use",
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_lot_use_amount_not_zero")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_use_lot_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_lot_use_transaction_id")
        ),
        sa.PrimaryKeyConstraint("transaction_id", "lot_id", name=op.f("pk_lot_use")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lot_use_lot_id", "lot_use", ["lot_id"], unique=False)
    # tables: end


def downgrade() -> None:
    # tables: drop
    op.drop_table("lot_use")
    op.drop_table("posting")
    op.drop_table("lot")
    op.drop_table("seal")
    op.drop_table("ledger_transaction")
    op.drop_table("account")
    # tables: dropped
