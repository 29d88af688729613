"""Opinions that were taken up get into a convention's text; by when it is filed; what is in force
was made public. One extension a task."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import on_sqlite, refuse_when, stop_refusing

revision = "2026_11_26_08_in_the_text"
down_revision = "2026_11_26_07_guarded_meetings"
branch_labels = None
depends_on = None

FIRST_DAYS = 10


def upgrade() -> None:
    op.create_table(
        "filing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_filing_rule_some_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_rule")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_filing_rule_effective_from")),
    )
    op.execute(
        "INSERT INTO filing_rule (days, effective_from, source) VALUES"
        f" ({FIRST_DAYS}, '2000-01-01', '表决通过后十日内报街道备案（惯例；2025年城市居民委员会组织法第三十一条未定天数）')"
    )
    op.add_column("convention_version", sa.Column("file_by", sa.Date(), nullable=True))
    later = (
        f"date(adopted_on, '+{FIRST_DAYS} days')" if on_sqlite() else f"adopted_on + {FIRST_DAYS}"
    )
    op.execute(f"UPDATE convention_version SET file_by = {later} WHERE adopted_on IS NOT NULL")
    op.add_column("opinion", sa.Column("in_text_at", sa.DateTime(timezone=True), nullable=True))
    # Written out: making the table anew, as alembic does on SQLite, would lose its triggers.
    op.execute(
        "ALTER TABLE opinion ADD COLUMN in_text_clause_id INTEGER"
        " CONSTRAINT fk_opinion_in_text_clause_id REFERENCES clause (id)"
        " CONSTRAINT ck_opinion_in_text_if_taken_up"
        " CHECK (in_text_at IS NULL OR verdict IN ('adopted', 'partly'))"
    )
    # What was sent for review before counted as being in the text.
    op.execute(
        "UPDATE opinion SET in_text_at = answered_at WHERE verdict IN ('adopted', 'partly')"
        " AND version_id IN (SELECT id FROM convention_version WHERE submitted_at IS NOT NULL)"
    )
    _guard()


def _guard() -> None:
    refuse_when(
        "convention_version_opinions_in_text",
        "convention_version",
        "UPDATE",
        "NEW.state = 'under_review' AND OLD.state <> 'under_review' AND EXISTS"
        " (SELECT 1 FROM opinion WHERE opinion.version_id = NEW.id AND (opinion.verdict IS NULL"
        " OR (opinion.verdict IN ('adopted', 'partly') AND opinion.in_text_at IS NULL)))",
        "an opinion has no answer or is not in the text",
    )
    refuse_when(
        "opinion_in_text_of_its_version",
        "opinion",
        "UPDATE",
        "(SELECT version_id FROM clause WHERE clause.id = NEW.in_text_clause_id) <> NEW.version_id",
        "the clause is of another version",
    )
    refuse_when(
        "convention_version_filed_once_adopted",
        "convention_version",
        "UPDATE",
        "NEW.filed_on < NEW.adopted_on",
        "it was filed before it was adopted",
    )
    refuse_when(
        "convention_version_made_public",
        "convention_version",
        "UPDATE",
        "NEW.state = 'in_force' AND OLD.state <> 'in_force' AND NOT EXISTS"
        " (SELECT 1 FROM notice WHERE notice.kind = 'convention' AND notice.withdrawn_at IS NULL"
        " AND notice.subject_kind = 'convention_version' AND notice.subject_id = NEW.id)",
        "it was not made public",
    )
    refuse_when(
        "convention_version_repealed_why",
        "convention_version",
        "UPDATE",
        "NEW.state = 'repealed' AND OLD.state <> 'repealed' AND (OLD.state <> 'in_force'"
        " OR NEW.ended_on IS NULL OR NEW.ended_item_id IS NULL"
        " OR COALESCE(NEW.ended_reason, '') = '')",
        "only what is in force is repealed, by a decision and for a reason",
    )
    refuse_when(
        "extension_one_a_task",
        "extension",
        "INSERT",
        "EXISTS (SELECT 1 FROM extension WHERE extension.task_id = NEW.task_id)",
        "more time has been asked for already",
    )


def downgrade() -> None:
    stop_refusing("extension_one_a_task", "extension")
    for name in ("repealed_why", "made_public", "filed_once_adopted", "opinions_in_text"):
        stop_refusing(f"convention_version_{name}", "convention_version")
    stop_refusing("opinion_in_text_of_its_version", "opinion")
    if not on_sqlite():
        op.drop_column("opinion", "in_text_clause_id")
        op.drop_column("opinion", "in_text_at")
    op.drop_column("convention_version", "file_by")
    op.drop_table("filing_rule")
