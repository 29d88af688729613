"""Tables of conventions, and what of a meeting stays because a convention rests on it."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import (
    append_only,
    choice,
    drop_tables,
    keep_rows,
    only,
    refuse_when,
    stop_refusing,
    unchangeable,
)

revision = "2026_12_01_17_conventions"
down_revision = "2026_12_01_16_tasks"
branch_labels = None
depends_on = None

TABLES = ("convention", "convention_version", "clause", "version_step", "opinion", "filing_rule")
_VERSION_STATES = (
    "drafting",
    "public_comment",
    "under_review",
    "returned",
    "reviewed",
    "voting",
    "rejected",
    "adopted",
    "filed",
    "in_force",
    "superseded",
    "repealed",
)


def upgrade() -> None:
    _convention()
    _convention_version()
    _clause()
    _version_step()
    _opinion()
    _filing_rule()
    _what_it_rests_on()
    _filing_rules()


def downgrade() -> None:
    stop_refusing("agenda_item_frozen_motion", "agenda_item")
    stop_refusing("vote_has_convention", "vote")
    drop_tables(*TABLES)


def _convention() -> None:
    op.create_table(
        "convention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", choice("convention_kind", "convention", "service_standard"), nullable=False
        ),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_convention"),
        sa.UniqueConstraint("place_id", "title", name="uq_convention_place_id_title"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_convention_community_id"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_convention_created_by_id"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_convention_place_id"),
    )
    op.create_index("ix_convention_community_id", "convention", ["community_id"])
    keep_rows("convention")


def _convention_version() -> None:
    op.create_table(
        "convention_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", choice("version_state", *_VERSION_STATES), nullable=False),
        sa.Column("preamble", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("comment_until", sa.Date()),
        sa.Column("lawyer_opinion", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("review_opinion", sa.Text()),
        sa.Column("review_number", sa.String(60)),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by_id", sa.Integer()),
        sa.Column("item_id", sa.Integer()),
        sa.Column("digest", sa.String(64)),
        sa.Column("adopted_on", sa.Date()),
        sa.Column("filing_number", sa.String(60)),
        sa.Column("filed_on", sa.Date()),
        sa.Column("in_force_from", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_reason", sa.String(300)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ended_item_id", sa.Integer()),
        sa.Column("file_by", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_convention_version"),
        sa.UniqueConstraint(
            "convention_id", "number", name="uq_convention_version_convention_id_number"
        ),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["convention.id"], name="fk_convention_version_convention_id"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name="fk_convention_version_item_id"
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user_account.id"], name="fk_convention_version_reviewed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["ended_item_id"], ["agenda_item.id"], name="fk_convention_version_ended_item_id"
        ),
        sa.CheckConstraint(
            "state NOT IN ('filed', 'in_force') OR (filing_number IS NOT NULL AND filed_on IS NOT NULL)",
            name=op.f("ck_convention_version_filed_how"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('voting', 'adopted', 'filed', 'in_force') OR digest IS NOT NULL",
            name=op.f("ck_convention_version_frozen_for_vote"),
        ),
    )
    op.create_index("ix_convention_version_item_id", "convention_version", ["item_id"])
    op.create_index(
        "uq_convention_version_in_force",
        "convention_version",
        ["convention_id"],
        unique=True,
        **only("state = 'in_force'"),
    )
    op.create_index(
        "uq_convention_version_under_way",
        "convention_version",
        ["convention_id"],
        unique=True,
        **only("state NOT IN ('in_force', 'superseded', 'repealed')"),
    )
    keep_rows("convention_version")
    refuse_when(
        "convention_version_text_frozen",
        "convention_version",
        "UPDATE",
        "OLD.state <> 'drafting' AND (OLD.preamble <> NEW.preamble"
        " OR (OLD.digest IS NOT NULL AND NEW.digest IS NOT NULL AND OLD.digest <> NEW.digest))",
        "the text is not being drafted",
    )
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


def _clause() -> None:
    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer()),
        sa.Column("heading", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "clause_class",
            choice("clause_class", "conduct", "order", "rights", "disputes", "customs"),
        ),
        sa.Column("origin_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_clause"),
        sa.UniqueConstraint("version_id", "position", name="uq_clause_version_id_position"),
        sa.ForeignKeyConstraint(["origin_id"], ["clause.id"], name="fk_clause_origin_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["convention_version.id"], name="fk_clause_version_id"
        ),
    )
    op.create_index("ix_clause_version_id", "clause", ["version_id"])
    keep_rows("clause")
    # The public comments on, the street reviews and the assembly decides on one text: it only changes
    # at the desk.
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD")):
        refuse_when(
            f"clause_{act.lower()}_at_the_desk",
            "clause",
            act,
            "(SELECT state FROM convention_version"
            f" WHERE convention_version.id = {row}.version_id) <> 'drafting'",
            "the text is not being drafted",
        )


def _version_step() -> None:
    op.create_table(
        "version_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", choice("version_state", *_VERSION_STATES), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_version_step"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_version_step_by_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["convention_version.id"], name="fk_version_step_version_id"
        ),
    )
    op.create_index("ix_version_step_version_id", "version_step", ["version_id"])
    append_only("version_step")


def _opinion() -> None:
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer()),
        sa.Column("person_id", sa.Integer()),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", choice("verdict", "adopted", "partly", "not_adopted")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("in_text_at", sa.DateTime(timezone=True)),
        sa.Column("in_text_clause_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name="fk_opinion_answered_by_id"
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name="fk_opinion_clause_id"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_opinion_entered_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_opinion_person_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["convention_version.id"], name="fk_opinion_version_id"
        ),
        sa.ForeignKeyConstraint(
            ["in_text_clause_id"], ["clause.id"], name="fk_opinion_in_text_clause_id"
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict = 'adopted' OR reason <> ''",
            name=op.f("ck_opinion_refusal_has_reason"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (answered_at IS NULL)", name=op.f("ck_opinion_answered_when")
        ),
        sa.CheckConstraint(
            "in_text_at IS NULL OR verdict IN ('adopted', 'partly')",
            name=op.f("ck_opinion_in_text_if_taken_up"),
        ),
    )
    op.create_index("ix_opinion_person_id", "opinion", ["person_id"])
    op.create_index("ix_opinion_version_id", "opinion", ["version_id"])
    keep_rows("opinion")
    unchangeable("opinion", "version_id", "clause_id", "person_id", "name", "text", "entered_by_id")
    refuse_when(
        "opinion_in_text_of_its_version",
        "opinion",
        "UPDATE",
        "(SELECT version_id FROM clause WHERE clause.id = NEW.in_text_clause_id) <> NEW.version_id",
        "the clause is of another version",
    )


def _filing_rule() -> None:
    op.create_table(
        "filing_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filing_rule"),
        sa.UniqueConstraint("effective_from", name="uq_filing_rule_effective_from"),
        sa.CheckConstraint("days > 0", name=op.f("ck_filing_rule_some_days")),
    )


def _what_it_rests_on() -> None:
    """A vote that a version rests on is not declared void, and its text was frozen when it was put
    to the vote."""
    refuse_when(
        "vote_has_convention",
        "vote",
        "UPDATE",
        "NEW.state = 'voided' AND OLD.state <> 'voided' AND EXISTS (SELECT 1 FROM convention_version"
        " WHERE convention_version.item_id = NEW.item_id"
        " AND convention_version.state IN ('adopted', 'filed', 'in_force', 'superseded', 'repealed'))",
        "a convention rests on this vote",
    )
    refuse_when(
        "agenda_item_frozen_motion",
        "agenda_item",
        "UPDATE",
        "(NEW.motion <> OLD.motion OR NEW.kind <> OLD.kind) AND EXISTS"
        " (SELECT 1 FROM convention_version WHERE convention_version.item_id = NEW.id)",
        "this text was frozen for the vote",
    )


def _filing_rules() -> None:
    op.execute(
        "INSERT INTO filing_rule (days, effective_from, source) VALUES"
        " (10, '2000-01-01', '表决通过后十日内报街道备案（惯例；2025年城市居民委员会组织法第三十一条未定天数）')"
    )
