"""Seals that a wrong clock made ahead of time can be taken off; they are kept beside the others."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, drop_tables, on_sqlite

revision = "2026_12_01_19_voided_seal"
down_revision = "2026_12_01_18_deceased"
branch_labels = None
depends_on = None

# A seal goes only if it has been kept, and from the newest back: the chain has no gaps.
_STAYS = """
    NOT EXISTS (SELECT 1 FROM voided_seal AS kept WHERE kept.day = OLD.day
        AND kept.digest = OLD.digest AND kept.sealed_at = OLD.sealed_at)
    OR EXISTS (SELECT 1 FROM seal AS later WHERE later.day > OLD.day)
"""


def upgrade() -> None:
    op.create_table(
        "voided_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("marks", sa.Text()),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voided_seal"),
    )
    append_only("voided_seal")
    if on_sqlite():
        op.execute("DROP TRIGGER seal_no_delete")
        op.execute(
            f"CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal WHEN {_STAYS} "
            "BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER seal_append_only ON seal")
    op.execute(
        "CREATE TRIGGER seal_append_only BEFORE UPDATE ON seal "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE FUNCTION seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_STAYS} THEN RAISE EXCEPTION 'seal is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal "
        "FOR EACH ROW EXECUTE FUNCTION seal_stays()"
    )


def downgrade() -> None:
    if on_sqlite():
        op.execute("DROP TRIGGER seal_no_delete")
        op.execute(
            "CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal "
            "BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END"
        )
    else:
        op.execute("DROP TRIGGER seal_no_delete ON seal")
        op.execute("DROP FUNCTION seal_stays")
        op.execute("DROP TRIGGER seal_append_only ON seal")
        op.execute(
            "CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    drop_tables("voided_seal")
