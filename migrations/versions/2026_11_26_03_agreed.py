"""A resolution may rest on what a meeting agreed on without a vote: that stays agreed."""

from migrations.helpers import refuse_when, stop_refusing

revision = "2026_11_26_03_agreed"
down_revision = "2026_11_26_02_few_among_many"
branch_labels = None
depends_on = None

TRIGGER = "agenda_item_has_resolution"


def upgrade() -> None:
    refuse_when(
        TRIGGER,
        "agenda_item",
        "UPDATE",
        "OLD.outcome = 'agreed' AND (NEW.outcome IS NULL OR NEW.outcome <> 'agreed')"
        " AND EXISTS (SELECT 1 FROM resolution WHERE resolution.item_id = NEW.id)",
        "a resolution rests on this item",
    )


def downgrade() -> None:
    stop_refusing(TRIGGER, "agenda_item")
