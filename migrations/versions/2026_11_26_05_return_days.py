"""How long a dispatch can be objected to, and by when the objection is decided on."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_26_05_return_days"
down_revision = "2026_11_26_04_left_early"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "service_level",
        sa.Column("return_days", sa.Integer(), server_default="5", nullable=False),
    )
    op.add_column("task", sa.Column("return_by", sa.Date(), nullable=True))
    op.add_column("task", sa.Column("decide_by", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("task", "decide_by")
    op.drop_column("task", "return_by")
    op.drop_column("service_level", "return_days")
