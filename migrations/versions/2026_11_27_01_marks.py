"""A seal knows its transactions one by one; a cancelled redemption what of its points had expired."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_01_marks"
down_revision = "2026_11_26_08_in_the_text"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seal", sa.Column("marks", sa.Text(), nullable=True))
    # Written out: making the table anew, as alembic does on SQLite, would lose its triggers.
    op.execute(
        "ALTER TABLE redemption ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT ck_redemption_lapsed_within_points CHECK (lapsed BETWEEN 0 AND points)"
    )
    op.execute(
        "UPDATE redemption SET lapsed = coalesce(("
        " SELECT sum(-lot_use.amount) FROM lot_use"
        " JOIN lot ON lot.transaction_id = lot_use.lot_transaction_id"
        " AND lot.number = lot_use.lot_number"
        " JOIN ledger_transaction ON ledger_transaction.id = lot_use.transaction_id"
        " WHERE lot_use.transaction_id = redemption.refund_id AND lot_use.amount < 0"
        " AND lot.expires_on < ledger_transaction.day), 0)"
        " WHERE refund_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("redemption", "lapsed")
    op.drop_column("seal", "marks")
