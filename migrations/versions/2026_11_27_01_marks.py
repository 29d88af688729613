"""A seal knows its transactions one by one."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_01_marks"
down_revision = "2026_11_26_08_in_the_text"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seal", sa.Column("marks", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("seal", "marks")
