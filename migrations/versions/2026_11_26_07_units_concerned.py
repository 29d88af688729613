"""The units a topic concerns; and a meeting whose minutes are confirmed stays as it is."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import refuse_when, stop_refusing

revision = "2026_11_26_07_units_concerned"
down_revision = "2026_11_26_06_repealed_by"
branch_labels = None
depends_on = None

CONFIRMED = "meeting_stays_confirmed"


def upgrade() -> None:
    op.create_table(
        "topic_unit",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_unit_topic_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_topic_unit_unit_id")),
        sa.PrimaryKeyConstraint("topic_id", "unit_id", name=op.f("pk_topic_unit")),
    )
    op.create_index(op.f("ix_topic_unit_unit_id"), "topic_unit", ["unit_id"], unique=False)
    refuse_when(
        CONFIRMED, "meeting", "UPDATE", "OLD.state = 'confirmed'", "the minutes are confirmed"
    )


def downgrade() -> None:
    stop_refusing(CONFIRMED, "meeting")
    op.drop_table("topic_unit")
