"""Tables of notices, and how long the law asks for them to hang."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, choice, drop_tables, keep_rows, only, unchangeable

revision = "2026_12_01_09_notices"
down_revision = "2026_12_01_08_inbox"
branch_labels = None
depends_on = None

TABLES = ("notice_rule", "notice", "objection")
_NOTICE_KINDS = ("affairs", "resolution", "result", "convention", "points")

# 2025 law, in force from 2026-01-01. Points notices are not among its seven matters: seven days
# are customary there.
ARTICLE_34 = "《中华人民共和国城市居民委员会组织法》（2025年修订）第三十四条"
RULES = [
    ("affairs", 15, ARTICLE_34),
    ("resolution", 15, ARTICLE_34),
    ("result", 15, ARTICLE_34),
    ("convention", 15, ARTICLE_34),
    ("points", 7, "社区志愿服务积分公示惯例"),
]


def upgrade() -> None:
    _notice_rule()
    _notice()
    _objection()
    _rules()


def downgrade() -> None:
    drop_tables(*TABLES)


def _notice_rule() -> None:
    op.create_table(
        "notice_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("notice_kind", *_NOTICE_KINDS), nullable=False),
        sa.Column("minimum_days", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_rule"),
        sa.UniqueConstraint("kind", "effective_from", name="uq_notice_rule_kind_effective_from"),
        sa.CheckConstraint("minimum_days > 0", name=op.f("ck_notice_rule_some_days")),
    )
    append_only("notice_rule")


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("notice_kind", *_NOTICE_KINDS), nullable=False),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("subject_kind", sa.String(40)),
        sa.Column("subject_id", sa.Integer()),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by_id", sa.Integer()),
        sa.Column("withdrawn_reason", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("community_id", "number", name="uq_notice_community_id_number"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_notice_community_id"),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name="fk_notice_published_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["user_account.id"], name="fk_notice_withdrawn_by_id"
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_notice_withdrawn_with_reason"),
        ),
        sa.CheckConstraint("ends_on > published_on", name=op.f("ck_notice_period_in_order")),
    )
    op.create_index("ix_notice_board", "notice", ["community_id", "ends_on"])
    op.create_index(
        "uq_notice_subject_in_force",
        "notice",
        ["kind", "subject_kind", "subject_id"],
        unique=True,
        **only("withdrawn_at IS NULL AND subject_id IS NOT NULL"),
    )
    keep_rows("notice")
    unchangeable(
        "notice", "number", "community_id", "kind", "title", "basis", "body", "published_on", "ends_on",
        "contact", "subject_kind", "subject_id",
    )  # fmt: skip


def _objection() -> None:
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("phone", sa.String(20)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("upheld", sa.Boolean()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name="fk_objection_answered_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_objection_entered_by_id"
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_objection_notice_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_objection_person_id"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_objection_answered_with_words"),
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (upheld IS NULL)",
            name=op.f("ck_objection_answered_with_outcome"),
        ),
    )
    op.create_index("ix_objection_notice_id", "objection", ["notice_id"])
    op.create_index("ix_objection_person_id", "objection", ["person_id"])
    keep_rows("objection")
    unchangeable("objection", "notice_id", "person_id", "name", "text", "received_on", "raised_at")


def _rules() -> None:
    rule = sa.table(
        "notice_rule",
        sa.column("kind"),
        sa.column("minimum_days"),
        sa.column("effective_from", sa.Date),
        sa.column("source"),
    )
    op.bulk_insert(
        rule,
        [
            {
                "kind": kind,
                "minimum_days": days,
                "effective_from": date(2026, 1, 1),
                "source": source,
            }
            for kind, days, source in RULES
        ],
    )
