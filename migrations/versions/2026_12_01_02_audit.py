"""Tables of audit."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import by_bytes, drop_tables

revision = "2026_12_01_02_audit"
down_revision = "2026_12_01_01_core"
branch_labels = None
depends_on = None

TABLES = ("audit_entry",)


def upgrade() -> None:
    _audit_entry()


def downgrade() -> None:
    drop_tables(*TABLES)


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("actor_name", sa.String(80), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer()),
        sa.Column("place_path", by_bytes(120), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(45)),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["action"])
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_place_path", "audit_entry", ["place_path"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id"])
