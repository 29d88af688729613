"""How often an address has tried something, counted for all workers together."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_01_attempts"
down_revision = "2026_11_27_03_who_gives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "address", "seconds", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_since", "attempts", ["since"])


def downgrade() -> None:
    op.drop_table("attempts")
