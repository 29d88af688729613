"""Tables of meetings, what the database keeps of their promises, and the law's rules."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, keep_rows, on_sqlite, unchangeable

revision = "2026_11_21_11_meetings"
down_revision = "2026_11_21_10_platforms"
branch_labels = None
depends_on = None


_LAW = "《中华人民共和国城市居民委员会组织法》（2025年修订）"
_CUSTOM = "参照《关于加强城乡社区协商的意见》（2015年）及各地议事规则，可由街道按程序调整"
_MORE_THAN_HALF = (1, 2, True)
_TWO_THIRDS = (2, 3, False)
_NONE = (0, 1, False)

# kind, from, composition, days of notice, shorter if urgent, quorum, passes with, of whom, source
RULES = [
    ("residents_assembly", date(1990, 1, 1), "adults", 0, True, _MORE_THAN_HALF, _MORE_THAN_HALF,
     "of_present", "《中华人民共和国城市居民委员会组织法》（1989年）：过半数出席，出席人过半数通过"),
    ("residents_assembly", date(2026, 1, 1), "adults", 10, True, _MORE_THAN_HALF, _MORE_THAN_HALF,
     "of_present", f"{_LAW}第二十六条、第二十七条"),
    ("reps_assembly", date(2026, 1, 1), "reps_and_committee", 3, False, _TWO_THIRDS,
     _MORE_THAN_HALF, "of_present", f"{_LAW}第二十八条、第二十九条；提前3日通知为惯例"),
    ("council", date(2026, 1, 1), "invited", 3, False, _TWO_THIRDS, _MORE_THAN_HALF, "of_cast",
     f"居民议事会议事规则（三分之二以上成员到会，平局不通过）；{_CUSTOM}"),
    ("co_consultation", date(2026, 1, 1), "invited", 3, True, _MORE_THAN_HALF, _MORE_THAN_HALF,
     "of_cast", _CUSTOM),
    ("hearing", date(2026, 1, 1), "invited", 3, False, _MORE_THAN_HALF, _MORE_THAN_HALF,
     "of_cast", _CUSTOM),
    ("talk", date(2026, 1, 1), "invited", 3, True, _NONE, _MORE_THAN_HALF, "of_cast", _CUSTOM),
    ("courtyard", date(2026, 1, 1), "invited", 1, True, _NONE, _MORE_THAN_HALF, "of_cast", _CUSTOM),
    ("joint", date(2026, 1, 1), "invited", 3, True, _MORE_THAN_HALF, _MORE_THAN_HALF, "of_cast",
     _CUSTOM),
]  # fmt: skip

# In months. Art. 28 asks for the representatives' assembly every half year; joint meetings of a
# community are monthly in Luzhou.
HOW_OFTEN = {"reps_assembly": 6, "joint": 1}

# What a closed vote may still become is void, with everything that was counted left as it was.
_COUNTED = (
    "present",
    "present_women",
    "ayes",
    "nays",
    "abstentions",
    "passed",
    "closed_at",
    "closed_by_id",
)
_IN_CONFIRMED = "(SELECT state FROM meeting WHERE id = {row}.meeting_id) = 'confirmed'"
_VOTE_IS_OVER = "(SELECT state FROM vote WHERE id = {row}.vote_id) <> 'open'"


_GUARDED = {
    "vote": ("update",),
    "vote_roll": ("insert", "update", "delete"),
    "agenda_item": ("insert", "update", "delete"),
    "invitation": ("insert", "update", "delete"),
}


def _counted_vote(row: str) -> str:  # noqa: ARG001 - an update has both rows
    same = "IS" if on_sqlite() else "IS NOT DISTINCT FROM"
    kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in _COUNTED)
    return f"OLD.state <> 'open' AND NOT (OLD.state = 'closed' AND NEW.state = 'voided' AND {kept})"


def _guard(table: str, condition, message: str, *acts: str) -> None:  # noqa: ANN001 - row → SQL
    """Refuse these acts on rows for which the condition holds."""
    for act in acts:
        name = f"{table}_{act.lower()}_guard"
        holds = condition("NEW" if act == "INSERT" else "OLD")
        if on_sqlite():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {holds} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {holds} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {'OLD' if act == 'DELETE' else 'NEW'}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _promises() -> None:
    append_only("minutes_correction")
    keep_rows("vote")
    unchangeable("vote", "item_id", "mode", "rule_id", "motion", "motion_digest", "expected")
    _guard("vote", _counted_vote, "a counted vote stays as it is", "UPDATE")
    over = _VOTE_IS_OVER.format
    _guard("vote_roll", lambda row: over(row=row), "the vote is over", "INSERT", "UPDATE", "DELETE")
    confirmed = _IN_CONFIRMED.format
    for table in ("agenda_item", "invitation"):
        _guard(
            table, lambda row: confirmed(row=row), "the minutes are confirmed",
            "INSERT", "UPDATE", "DELETE",
        )  # fmt: skip


def _seed_rules() -> None:
    columns = (
        "kind", "effective_from", "composition", "notice_days", "short_notice", "quorum_numerator",
        "quorum_denominator", "quorum_strict", "pass_numerator", "pass_denominator", "pass_strict",
        "majority", "source",
    )  # fmt: skip
    table = sa.table(
        "meeting_rule", *(sa.column(name) for name in columns), sa.column("every_months")
    )
    rows = [
        dict(zip(columns, (*rule[:5], *rule[5], *rule[6], *rule[7:]), strict=True))
        | {"every_months": HOW_OFTEN.get(rule[0])}
        for rule in RULES
    ]
    op.bulk_insert(table, rows)


def upgrade() -> None:
    op.create_table(
        "meeting_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "residents_assembly",
                "reps_assembly",
                "council",
                "co_consultation",
                "hearing",
                "talk",
                "courtyard",
                "joint",
                name="meeting_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column(
            "composition",
            sa.Enum(
                "adults",
                "households",
                "reps_and_committee",
                "invited",
                name="composition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("short_notice", sa.Boolean(), nullable=False),
        sa.Column("quorum_numerator", sa.Integer(), nullable=False),
        sa.Column("quorum_denominator", sa.Integer(), nullable=False),
        sa.Column("quorum_strict", sa.Boolean(), nullable=False),
        sa.Column("pass_numerator", sa.Integer(), nullable=False),
        sa.Column("pass_denominator", sa.Integer(), nullable=False),
        sa.Column("pass_strict", sa.Boolean(), nullable=False),
        sa.Column(
            "majority",
            sa.Enum(
                "of_present",
                "of_cast",
                name="majority",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("every_months", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "every_months IN (1, 3, 6, 12)", name=op.f("ck_meeting_rule_whole_periods")
        ),
        sa.CheckConstraint(
            "notice_days BETWEEN 0 AND 90", name=op.f("ck_meeting_rule_notice_days")
        ),
        sa.CheckConstraint(
            "pass_denominator > 0 AND pass_numerator BETWEEN 0 AND pass_denominator",
            name=op.f("ck_meeting_rule_pass_fraction"),
        ),
        sa.CheckConstraint(
            "quorum_denominator > 0 AND quorum_numerator BETWEEN 0 AND quorum_denominator",
            name=op.f("ck_meeting_rule_quorum_fraction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_rule")),
        sa.UniqueConstraint(
            "kind", "effective_from", name=op.f("uq_meeting_rule_kind_effective_from")
        ),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "residents_assembly",
                "reps_assembly",
                "council",
                "co_consultation",
                "hearing",
                "talk",
                "courtyard",
                "joint",
                name="meeting_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column(
            "composition",
            sa.Enum(
                "adults",
                "households",
                "reps_and_committee",
                "invited",
                name="composition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("recorder_id", sa.Integer(), nullable=True),
        sa.Column("scrutineer", sa.String(length=60), nullable=False),
        sa.Column("teller", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "convened",
                "open",
                "closed",
                "confirmed",
                "cancelled",
                name="meeting_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("urgent_reason", sa.String(length=300), nullable=True),
        sa.Column("cancel_reason", sa.String(length=300), nullable=True),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("check_in_code", sa.String(length=32), nullable=True),
        sa.Column("archive_number", sa.String(length=20), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'cancelled' OR cancel_reason IS NOT NULL",
            name=op.f("ck_meeting_cancelled_why"),
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL",
            name=op.f("ck_meeting_confirmed_when"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR convened_at IS NOT NULL",
            name=op.f("ck_meeting_convened_when"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR expected IS NOT NULL",
            name=op.f("ck_meeting_expected_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('closed', 'confirmed') OR closed_at IS NOT NULL",
            name=op.f("ck_meeting_closed_when"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'closed', 'confirmed') OR opened_at IS NOT NULL",
            name=op.f("ck_meeting_opened_when"),
        ),
        sa.CheckConstraint(
            "expected IS NULL OR expected > 0", name=op.f("ck_meeting_somebody_expected")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_meeting_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_meeting_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_meeting_created_by_id")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["user_account.id"], name=op.f("fk_meeting_host_id")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platform.id"], name=op.f("fk_meeting_platform_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["user_account.id"], name=op.f("fk_meeting_recorder_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["meeting_rule.id"], name=op.f("fk_meeting_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("check_in_code", name=op.f("uq_meeting_check_in_code")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_meeting_community_id_number")),
    )
    op.create_index(
        "ix_meeting_community_starts", "meeting", ["community_id", "starts_at"], unique=False
    )
    op.create_index(op.f("ix_meeting_host_id"), "meeting", ["host_id"], unique=False)
    op.create_index(op.f("ix_meeting_platform_id"), "meeting", ["platform_id"], unique=False)
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "report",
                "discussion",
                "vote",
                name="item_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("added_late", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.String(length=300), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "current",
                "done",
                name="item_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "agreed",
                "deferred",
                "to_reps_assembly",
                "to_residents_assembly",
                "dropped",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_reason", sa.String(length=300), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT (added_late AND kind = 'vote')",
            name=op.f("ck_agenda_item_late_items_are_not_voted"),
        ),
        sa.CheckConstraint(
            "planned BETWEEN 1 AND 600", name=op.f("ck_agenda_item_planned_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_agenda_item_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index(
        "ix_agenda_item_meeting_position", "agenda_item", ["meeting_id", "position"], unique=False
    )
    op.create_index(op.f("ix_agenda_item_topic_id"), "agenda_item", ["topic_id"], unique=False)
    op.create_index(
        "uq_agenda_item_current",
        "agenda_item",
        ["meeting_id"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_index(
        "uq_agenda_item_topic",
        "agenda_item",
        ["meeting_id", "topic_id"],
        unique=True,
        sqlite_where=sa.text("topic_id IS NOT NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("topic_id IS NOT NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "capacity",
            sa.Enum(
                "member",
                "observer",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column(
            "reply",
            sa.Enum(
                "none",
                "coming",
                "leave",
                name="reply",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("leave_reason", sa.String(length=200), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by_id", sa.Integer(), nullable=True),
        sa.Column("present_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "check_in_method",
            sa.Enum(
                "list",
                "qr_code",
                "staff",
                name="check_in",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("checked_in_by_id", sa.Integer(), nullable=True),
        sa.Column("representative", sa.String(length=60), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "reply <> 'leave' OR leave_reason IS NOT NULL",
            name=op.f("ck_invitation_leave_has_reason"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_invitation_one_invited"),
        ),
        sa.CheckConstraint(
            "(present_at IS NULL) = (check_in_method IS NULL)",
            name=op.f("ck_invitation_present_somehow"),
        ),
        sa.CheckConstraint(
            "voided_at IS NULL OR void_reason IS NOT NULL", name=op.f("ck_invitation_voided_why")
        ),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["user_account.id"], name=op.f("fk_invitation_checked_in_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_invitation_meeting_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(
            ["replied_by_id"], ["user_account.id"], name=op.f("fk_invitation_replied_by_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_invitation_unit_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_invitation_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "meeting_id", "person_id", name=op.f("uq_invitation_meeting_id_person_id")
        ),
        sa.UniqueConstraint("meeting_id", "unit_id", name=op.f("uq_invitation_meeting_id_unit_id")),
        sa.UniqueConstraint("meeting_id", "user_id", name=op.f("uq_invitation_meeting_id_user_id")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_index(op.f("ix_invitation_unit_id"), "invitation", ["unit_id"], unique=False)
    op.create_index(op.f("ix_invitation_user_id"), "invitation", ["user_id"], unique=False)
    op.create_table(
        "minutes_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_minutes_correction_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_correction_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_correction")),
        sa.UniqueConstraint(
            "meeting_id", "number", name=op.f("uq_minutes_correction_meeting_id_number")
        ),
    )
    op.create_table(
        "speech",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "for",
                "against",
                "neutral",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= asked_at", name=op.f("ck_speech_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_speech_invitation_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_speech_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speech")),
    )
    op.create_index(op.f("ix_speech_item_id"), "speech", ["item_id"], unique=False)
    op.create_index(
        "uq_speech_running",
        "speech",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("started_at IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("started_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "show_of_hands",
                "secret",
                "roll_call",
                name="vote_mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("motion_digest", sa.String(length=64), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("present_women", sa.Integer(), nullable=True),
        sa.Column("ayes", sa.Integer(), nullable=False),
        sa.Column("nays", sa.Integer(), nullable=False),
        sa.Column("abstentions", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                "voided",
                name="vote_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (passed IS NOT NULL) OR state = 'voided'",
            name=op.f("ck_vote_closed_has_outcome"),
        ),
        sa.CheckConstraint(
            "state <> 'voided' OR void_reason IS NOT NULL", name=op.f("ck_vote_voided_why")
        ),
        sa.CheckConstraint(
            "ayes + nays + abstentions <= present", name=op.f("ck_vote_not_more_than_present")
        ),
        sa.CheckConstraint(
            "ayes >= 0 AND nays >= 0 AND abstentions >= 0", name=op.f("ck_vote_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_vote_closed_by_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_vote_item_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_vote_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["meeting_rule.id"], name=op.f("fk_vote_rule_id")),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["user_account.id"], name=op.f("fk_vote_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
    )
    op.create_index(op.f("ix_vote_item_id"), "vote", ["item_id"], unique=False)
    op.create_index(
        "uq_vote_item_valid",
        "vote",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'voided'"),
        postgresql_where=sa.text("state <> 'voided'"),
    )
    op.create_table(
        "vote_roll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "aye",
                "nay",
                "abstention",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_vote_roll_invitation_id")
        ),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_vote_roll_vote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_roll")),
        sa.UniqueConstraint(
            "vote_id", "invitation_id", name=op.f("uq_vote_roll_vote_id_invitation_id")
        ),
    )
    _promises()
    _seed_rules()


def downgrade() -> None:
    op.drop_table("vote_roll")
    op.drop_table("vote")
    op.drop_table("speech")
    op.drop_table("minutes_correction")
    op.drop_table("invitation")
    op.drop_table("agenda_item")
    op.drop_table("meeting")
    op.drop_table("meeting_rule")
    if not on_sqlite():
        for table, acts in _GUARDED.items():
            for act in acts:
                op.execute(f"DROP FUNCTION {table}_{act}_guard()")
