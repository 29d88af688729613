"""Tables of points, and the rules by which they are earned."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, choice, drop_tables, keep_rows, only, unchangeable

revision = "2026_12_01_10_points"
down_revision = "2026_12_01_09_notices"
branch_labels = None
depends_on = None

TABLES = ("points_policy", "wallet", "earning_rule", "award")

SINCE = date(2026, 1, 1)

# From the tables of communities that run such a scheme. They are general rules: a community puts
# its own before them by a decision of its meeting. (code, name, category, basis, points, cap a
# year, where the figure comes from)
DEFAULT = "建议默认值，社区可经议事程序另定"
BAQIAO = "参照重庆大渡口区八桥镇“公益积分云”积分表（人民日报2022-09-13第17版）"
YUNNAN = "参照云南某地住户积分制实施方案"
HONOURED = "参照云南某地住户积分制实施方案（表彰：国家50、省30、州20、县15、街道10、社区5）"
RULES = [
    ("attended", "出席议事协商会议", "deliberation", "per_time", 2, None, DEFAULT),
    ("topic_valid", "提出有效议题", "proposals", "per_time", 3, None, DEFAULT),
    ("topic_adopted", "议题经协商采纳", "proposals", "per_time", 10, None, DEFAULT),
    ("task_done", "承接决议任务并办结", "resolution_work", "per_difficulty", 5, None,
     DEFAULT + "（按难易程度5、10、20分）"),
    ("task_on_time", "决议任务按期办结", "resolution_work", "percent", 20, None, DEFAULT),
    ("volunteering", "志愿服务", "volunteering", "per_hour", 2, None,
     DEFAULT + "（按实际服务时间，不含往返交通）"),
    ("volunteer_referred", "介绍居民注册志愿者", "volunteering", "per_time", 2, 20,
     "参照黑龙江海林市办法（推荐注册加2分）；年度上限为建议默认值"),
    ("patrol", "义务巡逻", "volunteering", "per_time", 50, 600,
     BAQIAO + "；年度上限为建议默认值"),
    ("policy_outreach", "宣传政策", "volunteering", "per_time", 30, 300,
     BAQIAO + "；年度上限为建议默认值"),
    ("environment", "环境整治", "convention", "per_time", 25, 300,
     BAQIAO + "；年度上限为建议默认值"),
    ("stairs", "楼道清扫", "convention", "per_time", 3, 150,
     "按文庙社区巾帼家美超市“三个月扫楼道35分”折算（每周一次）；年度上限为建议默认值"),
    ("sanitation", "参加环境卫生劳动", "convention", "per_time", 5, 150,
     YUNNAN + "（环卫5分/次）；年度上限为建议默认值"),
    ("lecture", "义务宣讲", "volunteering", "per_time", 5, 100,
     YUNNAN + "（宣讲5分/次）；年度上限为建议默认值"),
    ("haircut", "公益理发", "neighbourliness", "per_time", 5, None,
     YUNNAN + "（公益理发5分/次）"),
    ("bravery", "见义勇为", "neighbourliness", "per_time", 5, None,
     "参照四川绵阳涪城区古井社区红色积分（见义勇为+5）"),
    ("honour_community", "获社区表彰", "honours", "per_time", 5, None, HONOURED),
    ("honour_street", "获街道表彰", "honours", "per_time", 10, None, HONOURED),
    ("honour_county", "获县（区）级表彰", "honours", "per_time", 15, None, HONOURED),
    ("honour_city", "获市（州）级表彰", "honours", "per_time", 20, None, HONOURED),
    ("honour_province", "获省级表彰", "honours", "per_time", 30, None, HONOURED),
    ("honour_nation", "获国家级表彰", "honours", "per_time", 50, None, HONOURED),
]  # fmt: skip


def upgrade() -> None:
    _points_policy()
    _wallet()
    _earning_rule()
    _award()
    _rules()
    _first_policy()


def downgrade() -> None:
    drop_tables(*TABLES)


def _points_policy() -> None:
    op.create_table(
        "points_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("second_person_from", sa.Integer(), nullable=False),
        sa.Column("expires_after_months", sa.Integer()),
        sa.Column("source", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_points_policy"),
        sa.UniqueConstraint("effective_from", name="uq_points_policy_effective_from"),
        sa.CheckConstraint(
            "expires_after_months IS NULL OR expires_after_months > 0",
            name=op.f("ck_points_policy_expiry_positive"),
        ),
        sa.CheckConstraint(
            "second_person_from > 0", name=op.f("ck_points_policy_threshold_positive")
        ),
    )
    append_only("points_policy")


def _wallet() -> None:
    op.create_table(
        "wallet",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("minutes_account_id", sa.Integer()),
        sa.PrimaryKeyConstraint("person_id", name="pk_wallet"),
        sa.UniqueConstraint("account_id", name="uq_wallet_account_id"),
        sa.UniqueConstraint("minutes_account_id", name="uq_wallet_minutes_account_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_wallet_account_id"),
        sa.ForeignKeyConstraint(
            ["minutes_account_id"], ["account.id"], name="fk_wallet_minutes_account_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_wallet_person_id"),
    )
    keep_rows("wallet")


def _earning_rule() -> None:
    op.create_table(
        "earning_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("community_id", sa.Integer()),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column(
            "category",
            choice(
                "category",
                "deliberation",
                "resolution_work",
                "volunteering",
                "convention",
                "neighbourliness",
                "proposals",
                "honours",
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            choice("basis", "per_time", "per_hour", "per_difficulty", "percent"),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("yearly_cap", sa.Integer()),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("entered_by_id", sa.Integer()),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_by_id", sa.Integer()),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_earning_rule"),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["user_account.id"], name="fk_earning_rule_cancelled_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name="fk_earning_rule_community_id"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_earning_rule_entered_by_id"
        ),
        sa.CheckConstraint(
            "basis <> 'percent' OR points <= 100", name=op.f("ck_earning_rule_percent_at_most_all")
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_earning_rule_cancelled_by_somebody"),
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_earning_rule_points_positive")),
        sa.CheckConstraint(
            "yearly_cap IS NULL OR yearly_cap > 0", name=op.f("ck_earning_rule_cap_positive")
        ),
    )
    op.create_index("ix_earning_rule_code", "earning_rule", ["code"])
    op.create_index(
        "uq_earning_rule_general_version",
        "earning_rule",
        ["code", "effective_from"],
        unique=True,
        **only("cancelled_at IS NULL AND community_id IS NULL"),
    )
    op.create_index(
        "uq_earning_rule_version",
        "earning_rule",
        ["code", "community_id", "effective_from"],
        unique=True,
        **only("cancelled_at IS NULL"),
    )
    keep_rows("earning_rule")
    # Of a rule only its cancellation is added.
    unchangeable(
        "earning_rule", "code", "community_id", "name", "category", "basis", "points",
        "yearly_cap", "effective_from", "ended", "source",
    )  # fmt: skip


def _award() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(110), nullable=False),
        sa.Column("fact_key", sa.String(120), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            choice("award_status", "pending", "posted", "refused", "withdrawn", "reversed"),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer()),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_reason", sa.String(300)),
        sa.Column("transaction_id", sa.Integer()),
        sa.Column("reversal_id", sa.Integer()),
        sa.Column("reversed_by_id", sa.Integer()),
        sa.Column("reversed_at", sa.DateTime(timezone=True)),
        sa.Column("reversal_reason", sa.String(300)),
        sa.Column("shortfall", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
        sa.UniqueConstraint("fact_key", name="uq_award_fact_key"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_award_community_id"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_award_decided_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_award_person_id"),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name="fk_award_requested_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["reversal_id"], ["ledger_transaction.id"], name="fk_award_reversal_id"
        ),
        sa.ForeignKeyConstraint(
            ["reversed_by_id"], ["user_account.id"], name="fk_award_reversed_by_id"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["earning_rule.id"], name="fk_award_rule_id"),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name="fk_award_transaction_id"
        ),
        sa.CheckConstraint(
            "(status = 'reversed') = (reversed_at IS NOT NULL)", name=op.f("ck_award_reversed_when")
        ),
        sa.CheckConstraint(
            "(status IN ('posted', 'reversed')) = (transaction_id IS NOT NULL)",
            name=op.f("ck_award_posted_has_transaction"),
        ),
        sa.CheckConstraint(
            "status <> 'refused' OR decision_reason IS NOT NULL",
            name=op.f("ck_award_refused_with_reason"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id",
            name=op.f("ck_award_two_people"),
        ),
        sa.CheckConstraint(
            "minutes IS NULL OR minutes > 0", name=op.f("ck_award_minutes_positive")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_award_points_positive")),
        sa.CheckConstraint("times > 0", name=op.f("ck_award_times_positive")),
    )
    op.create_index("ix_award_community_id", "award", ["community_id", "id"])
    op.create_index("ix_award_community_status", "award", ["community_id", "status", "id"])
    op.create_index("ix_award_fact", "award", ["fact"])
    op.create_index("ix_award_person", "award", ["person_id", "rule_id", "happened_on"])
    op.create_index(
        "uq_award_fact_alive",
        "award",
        ["fact"],
        unique=True,
        **only("status IN ('pending', 'posted')"),
    )
    keep_rows("award")
    # An award is for one fact by one rule for good.
    unchangeable(
        "award", "fact", "fact_key", "rule_id", "person_id", "community_id", "points", "happened_on"
    )


def _rules() -> None:
    rule = sa.table(
        "earning_rule",
        *(
            sa.column(name)
            for name in ("code", "name", "category", "basis", "points", "yearly_cap", "source")
        ),
        sa.column("effective_from", sa.Date),
        sa.column("ended", sa.Boolean),
        sa.column("entered_at", sa.DateTime(timezone=True)),
    )
    names = ("code", "name", "category", "basis", "points", "yearly_cap", "source")
    entered_at = datetime(2026, 1, 1, tzinfo=UTC)
    op.bulk_insert(
        rule,
        [
            dict(
                zip(names, row, strict=True),
                effective_from=SINCE,
                ended=False,
                entered_at=entered_at,
            )
            for row in RULES
        ],
    )


def _first_policy() -> None:
    points_policy = sa.table(
        "points_policy",
        sa.column("effective_from", sa.Date),
        sa.column("second_person_from"),
        sa.column("expires_after_months"),
        sa.column("source"),
    )
    op.bulk_insert(
        points_policy,
        [
            {
                "effective_from": SINCE,
                "second_person_from": 50,
                "expires_after_months": 12,
                "source": "大额（50分及以上）由第二人复核为建议默认值；有效期一年参照杭州萧山相墅社区",
            }
        ],
    )
