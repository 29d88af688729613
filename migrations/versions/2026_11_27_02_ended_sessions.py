"""Sessions that somebody signed out of, so that a copied cookie ends with them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_02_ended_sessions"
down_revision = "2026_11_27_01_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce"),
        sa.CheckConstraint("nonce <> ''", name=op.f("ck_ended_session_told_apart")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_ended_session_user_id")
        ),
    )
    op.create_index("ix_ended_session_user_id", "ended_session", ["user_id"])


def downgrade() -> None:
    op.drop_table("ended_session")
