"""Tables of meetings, what the database keeps of their promises, and the law's rules."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.helpers import (
    append_only,
    choice,
    drop_tables,
    keep_rows,
    on_sqlite,
    only,
    refuse_when,
    unchangeable,
)

revision = "2026_12_01_14_meetings"
down_revision = "2026_12_01_13_topics"
branch_labels = None
depends_on = None

TABLES = (
    "meeting_rule",
    "meeting",
    "agenda_item",
    "invitation",
    "minutes_correction",
    "speech",
    "vote",
    "vote_roll",
)
_MEETING_KINDS = (
    "residents_assembly",
    "reps_assembly",
    "council",
    "co_consultation",
    "hearing",
    "talk",
    "courtyard",
    "joint",
)
_COMPOSITIONS = ("adults", "households", "reps_and_committee", "invited")

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


def upgrade() -> None:
    _meeting_rule()
    _meeting()
    _agenda_item()
    _invitation()
    _minutes_correction()
    _speech()
    _vote()
    _vote_roll()
    _rules()


def downgrade() -> None:
    drop_tables(*TABLES)


def _meeting_rule() -> None:
    op.create_table(
        "meeting_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("meeting_kind", *_MEETING_KINDS), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("composition", choice("composition", *_COMPOSITIONS), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("short_notice", sa.Boolean(), nullable=False),
        sa.Column("quorum_numerator", sa.Integer(), nullable=False),
        sa.Column("quorum_denominator", sa.Integer(), nullable=False),
        sa.Column("quorum_strict", sa.Boolean(), nullable=False),
        sa.Column("pass_numerator", sa.Integer(), nullable=False),
        sa.Column("pass_denominator", sa.Integer(), nullable=False),
        sa.Column("pass_strict", sa.Boolean(), nullable=False),
        sa.Column("majority", choice("majority", "of_present", "of_cast"), nullable=False),
        sa.Column("every_months", sa.Integer()),
        sa.Column("source", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_rule"),
        sa.UniqueConstraint("kind", "effective_from", name="uq_meeting_rule_kind_effective_from"),
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
    )


def _meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("kind", choice("meeting_kind", *_MEETING_KINDS), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(120), nullable=False),
        sa.Column("composition", choice("composition", *_COMPOSITIONS), nullable=False),
        sa.Column("expected", sa.Integer()),
        sa.Column("host_id", sa.Integer()),
        sa.Column("recorder_id", sa.Integer()),
        sa.Column(
            "state",
            choice(
                "meeting_state", "draft", "convened", "open", "closed", "confirmed", "cancelled"
            ),
            nullable=False,
        ),
        sa.Column("urgent_reason", sa.String(300)),
        sa.Column("cancel_reason", sa.String(300)),
        sa.Column("rule_id", sa.Integer()),
        sa.Column("check_in_code", sa.String(32)),
        sa.Column("archive_number", sa.String(20)),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("convened_at", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sa.UniqueConstraint("check_in_code", name="uq_meeting_check_in_code"),
        sa.UniqueConstraint("community_id", "number", name="uq_meeting_community_id_number"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_meeting_community_id"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name="fk_meeting_confirmed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_meeting_created_by_id"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["user_account.id"], name="fk_meeting_host_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_meeting_platform_id"),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["user_account.id"], name="fk_meeting_recorder_id"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["meeting_rule.id"], name="fk_meeting_rule_id"),
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
    )
    op.create_index("ix_meeting_community_starts", "meeting", ["community_id", "starts_at"])
    op.create_index("ix_meeting_host_id", "meeting", ["host_id"])
    op.create_index("ix_meeting_platform_id", "meeting", ["platform_id"])
    op.create_index("ix_meeting_state_starts", "meeting", ["state", "starts_at"])
    # No column of a confirmed meeting may change any more: what was wrong is said by a correction, a
    # row of its own.
    for act in ("UPDATE", "DELETE"):
        refuse_when(
            f"meeting_{act.lower()}_guard",
            "meeting",
            act,
            "OLD.state = 'confirmed'",
            "the minutes are confirmed",
        )


def _agenda_item() -> None:
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", choice("item_kind", "report", "discussion", "vote"), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("added_late", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdraw_reason", sa.String(300)),
        sa.Column("state", choice("item_state", "waiting", "current", "done"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column(
            "outcome",
            choice(
                "outcome",
                "agreed",
                "deferred",
                "to_reps_assembly",
                "to_residents_assembly",
                "dropped",
            ),
        ),
        sa.Column("outcome_reason", sa.String(300)),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_item"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_agenda_item_meeting_id"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_agenda_item_topic_id"),
        sa.CheckConstraint(
            "NOT (added_late AND kind = 'vote')",
            name=op.f("ck_agenda_item_late_items_are_not_voted"),
        ),
        sa.CheckConstraint(
            "planned BETWEEN 1 AND 600", name=op.f("ck_agenda_item_planned_minutes")
        ),
    )
    op.create_index("ix_agenda_item_meeting_position", "agenda_item", ["meeting_id", "position"])
    op.create_index("ix_agenda_item_topic_id", "agenda_item", ["topic_id"])
    op.create_index(
        "uq_agenda_item_current",
        "agenda_item",
        ["meeting_id"],
        unique=True,
        **only("state = 'current'"),
    )
    op.create_index(
        "uq_agenda_item_topic",
        "agenda_item",
        ["meeting_id", "topic_id"],
        unique=True,
        **only("topic_id IS NOT NULL AND withdrawn_at IS NULL"),
    )
    _guard_rows("agenda_item", _IN_CONFIRMED, "the minutes are confirmed")


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("capacity", choice("capacity", "member", "observer"), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("reply", choice("reply", "none", "coming", "leave"), nullable=False),
        sa.Column("leave_reason", sa.String(200)),
        sa.Column("replied_at", sa.DateTime(timezone=True)),
        sa.Column("replied_by_id", sa.Integer()),
        sa.Column("present_at", sa.DateTime(timezone=True)),
        sa.Column("check_in_method", choice("check_in", "list", "qr_code", "staff")),
        sa.Column("checked_in_by_id", sa.Integer()),
        sa.Column("representative", sa.String(60)),
        sa.Column("voided_at", sa.DateTime(timezone=True)),
        sa.Column("void_reason", sa.String(200)),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("left_noted_by_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("meeting_id", "person_id", name="uq_invitation_meeting_id_person_id"),
        sa.UniqueConstraint("meeting_id", "unit_id", name="uq_invitation_meeting_id_unit_id"),
        sa.UniqueConstraint("meeting_id", "user_id", name="uq_invitation_meeting_id_user_id"),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["user_account.id"], name="fk_invitation_checked_in_by_id"
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_invitation_meeting_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_invitation_person_id"),
        sa.ForeignKeyConstraint(
            ["replied_by_id"], ["user_account.id"], name="fk_invitation_replied_by_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_invitation_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_invitation_user_id"),
        sa.ForeignKeyConstraint(
            ["left_noted_by_id"], ["user_account.id"], name="fk_invitation_left_noted_by_id"
        ),
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
        sa.CheckConstraint(
            "left_at IS NULL OR left_at >= present_at", name=op.f("ck_invitation_left_after_coming")
        ),
    )
    op.create_index("ix_invitation_person_id", "invitation", ["person_id"])
    op.create_index("ix_invitation_unit_id", "invitation", ["unit_id"])
    op.create_index("ix_invitation_user_id", "invitation", ["user_id"])
    _guard_rows("invitation", _IN_CONFIRMED, "the minutes are confirmed")
    refuse_when(
        "invitation_left_in_time",
        "invitation",
        "UPDATE",
        "NEW.left_at > (SELECT closed_at FROM meeting WHERE meeting.id = NEW.meeting_id)",
        "nobody leaves a meeting after its end",
    )


def _minutes_correction() -> None:
    op.create_table(
        "minutes_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_minutes_correction"),
        sa.UniqueConstraint("meeting_id", "number", name="uq_minutes_correction_meeting_id_number"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_minutes_correction_by_id"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name="fk_minutes_correction_meeting_id"
        ),
    )
    append_only("minutes_correction")


def _speech() -> None:
    op.create_table(
        "speech",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("stance", choice("stance", "for", "against", "neutral"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_speech"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_speech_invitation_id"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name="fk_speech_item_id"),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= asked_at", name=op.f("ck_speech_in_order")
        ),
    )
    op.create_index("ix_speech_item_id", "speech", ["item_id"])
    op.create_index(
        "uq_speech_running",
        "speech",
        ["item_id"],
        unique=True,
        **only("started_at IS NOT NULL AND ended_at IS NULL"),
    )


def _vote() -> None:
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode", choice("vote_mode", "show_of_hands", "secret", "roll_call"), nullable=False
        ),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("motion_digest", sa.String(64), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("present_women", sa.Integer()),
        sa.Column("ayes", sa.Integer(), nullable=False),
        sa.Column("nays", sa.Integer(), nullable=False),
        sa.Column("abstentions", sa.Integer(), nullable=False),
        sa.Column("state", choice("vote_state", "open", "closed", "voided"), nullable=False),
        sa.Column("passed", sa.Boolean()),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by_id", sa.Integer()),
        sa.Column("voided_at", sa.DateTime(timezone=True)),
        sa.Column("voided_by_id", sa.Integer()),
        sa.Column("void_reason", sa.String(300)),
        sa.Column("scrutineer", sa.String(60), nullable=False, server_default=""),
        sa.Column("teller", sa.String(60), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_vote"),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name="fk_vote_closed_by_id"),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name="fk_vote_item_id"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name="fk_vote_opened_by_id"),
        sa.ForeignKeyConstraint(["rule_id"], ["meeting_rule.id"], name="fk_vote_rule_id"),
        sa.ForeignKeyConstraint(["voided_by_id"], ["user_account.id"], name="fk_vote_voided_by_id"),
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
        sa.CheckConstraint(
            "scrutineer = '' OR scrutineer <> teller", name=op.f("ck_vote_two_people")
        ),
    )
    op.create_index("ix_vote_item_id", "vote", ["item_id"])
    op.create_index(
        "uq_vote_item_valid", "vote", ["item_id"], unique=True, **only("state <> 'voided'")
    )
    keep_rows("vote")
    unchangeable("vote", "item_id", "mode", "rule_id", "motion", "motion_digest", "expected")
    refuse_when(
        "vote_update_guard", "vote", "UPDATE", _counted_vote(), "a counted vote stays as it is"
    )
    refuse_when(
        "vote_scrutineer_guard",
        "vote",
        "UPDATE",
        "OLD.state <> 'open' AND (NEW.scrutineer <> OLD.scrutineer OR NEW.teller <> OLD.teller)",
        "a counted vote stays as it is",
    )


def _vote_roll() -> None:
    op.create_table(
        "vote_roll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("choice", choice("choice", "aye", "nay", "abstention")),
        sa.PrimaryKeyConstraint("id", name="pk_vote_roll"),
        sa.UniqueConstraint("vote_id", "invitation_id", name="uq_vote_roll_vote_id_invitation_id"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_vote_roll_invitation_id"
        ),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_vote_roll_vote_id"),
    )
    _guard_rows("vote_roll", _VOTE_IS_OVER, "the vote is over")


def _counted_vote() -> str:
    same = "IS" if on_sqlite() else "IS NOT DISTINCT FROM"
    kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in _COUNTED)
    return f"OLD.state <> 'open' AND NOT (OLD.state = 'closed' AND NEW.state = 'voided' AND {kept})"


def _guard_rows(table: str, condition: str, message: str) -> None:
    """Refuse to add, change or delete rows ({row}) for which the condition holds."""
    for act in ("INSERT", "UPDATE", "DELETE"):
        holds = condition.format(row="NEW" if act == "INSERT" else "OLD")
        refuse_when(f"{table}_{act.lower()}_guard", table, act, holds, message)


def _rules() -> None:
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
