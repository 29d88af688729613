"""Tables of conventions."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, keep_rows, refuse_when, unchangeable

revision = "2026_11_21_13_conventions"
down_revision = "2026_11_21_12_resolutions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "convention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "convention",
                "service_standard",
                name="convention_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_convention_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_convention_created_by_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_convention_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention")),
        sa.UniqueConstraint("place_id", "title", name=op.f("uq_convention_place_id_title")),
    )
    op.create_index(
        op.f("ix_convention_community_id"), "convention", ["community_id"], unique=False
    )
    op.create_table(
        "convention_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convention_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
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
                name="version_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("preamble", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("comment_until", sa.Date(), nullable=True),
        sa.Column("lawyer_opinion", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_opinion", sa.Text(), nullable=True),
        sa.Column("review_number", sa.String(length=60), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("filing_number", sa.String(length=60), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('filed', 'in_force') OR (filing_number IS NOT NULL AND filed_on IS NOT NULL)",
            name=op.f("ck_convention_version_filed_how"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('voting', 'adopted', 'filed', 'in_force') OR digest IS NOT NULL",
            name=op.f("ck_convention_version_frozen_for_vote"),
        ),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["convention.id"], name=op.f("fk_convention_version_convention_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_convention_version_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"],
            ["user_account.id"],
            name=op.f("fk_convention_version_reviewed_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_version")),
        sa.UniqueConstraint(
            "convention_id", "number", name=op.f("uq_convention_version_convention_id_number")
        ),
    )
    op.create_index(
        op.f("ix_convention_version_item_id"), "convention_version", ["item_id"], unique=False
    )
    op.create_index(
        "uq_convention_version_in_force",
        "convention_version",
        ["convention_id"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index(
        "uq_convention_version_under_way",
        "convention_version",
        ["convention_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('in_force', 'superseded', 'repealed')"),
        postgresql_where=sa.text("state NOT IN ('in_force', 'superseded', 'repealed')"),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("heading", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "clause_class",
            sa.Enum(
                "conduct",
                "order",
                "rights",
                "disputes",
                "customs",
                name="clause_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["origin_id"], ["clause.id"], name=op.f("fk_clause_origin_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["convention_version.id"], name=op.f("fk_clause_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_clause_version_id_position")),
    )
    op.create_index(op.f("ix_clause_version_id"), "clause", ["version_id"], unique=False)
    op.create_table(
        "version_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
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
                name="version_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_version_step_by_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["convention_version.id"], name=op.f("fk_version_step_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_step")),
    )
    op.create_index(
        op.f("ix_version_step_version_id"), "version_step", ["version_id"], unique=False
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "adopted",
                "partly",
                "not_adopted",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict = 'adopted' OR reason <> ''",
            name=op.f("ck_opinion_refusal_has_reason"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (answered_at IS NULL)", name=op.f("ck_opinion_answered_when")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_opinion_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_opinion_clause_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_opinion_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opinion_person_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["convention_version.id"], name=op.f("fk_opinion_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    op.create_index(op.f("ix_opinion_person_id"), "opinion", ["person_id"], unique=False)
    op.create_index(op.f("ix_opinion_version_id"), "opinion", ["version_id"], unique=False)
    append_only("version_step")
    for table in ("convention", "convention_version", "clause", "opinion"):
        keep_rows(table)
    unchangeable("opinion", "version_id", "clause_id", "person_id", "name", "text", "entered_by_id")
    _freeze_texts()


def _freeze_texts() -> None:
    """The public comments on, the street reviews and the assembly decides on one text: it only
    changes at the desk. A vote that a version rests on is not declared void."""
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD")):
        refuse_when(
            f"clause_{act.lower()}_at_the_desk",
            "clause",
            act,
            "(SELECT state FROM convention_version"
            f" WHERE convention_version.id = {row}.version_id) <> 'drafting'",
            "the text is not being drafted",
        )
    refuse_when(
        "convention_version_text_frozen",
        "convention_version",
        "UPDATE",
        "OLD.state <> 'drafting' AND (OLD.preamble <> NEW.preamble"
        " OR (OLD.digest IS NOT NULL AND NEW.digest IS NOT NULL AND OLD.digest <> NEW.digest))",
        "the text is not being drafted",
    )
    refuse_when(
        "vote_has_convention",
        "vote",
        "UPDATE",
        "NEW.state = 'voided' AND OLD.state <> 'voided' AND EXISTS (SELECT 1 FROM convention_version"
        " WHERE convention_version.item_id = NEW.item_id"
        " AND convention_version.state IN ('adopted', 'filed', 'in_force', 'superseded', 'repealed'))",
        "a convention rests on this vote",
    )


def downgrade() -> None:
    op.drop_table("opinion")
    op.drop_table("version_step")
    op.drop_table("clause")
    op.drop_table("convention_version")
    op.drop_table("convention")
