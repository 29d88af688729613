"""Tables of tasks, and the days each of their steps may take."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.helpers import (
    append_only,
    choice,
    drop_tables,
    keep_rows,
    only,
    refuse_when,
    unchangeable,
)

revision = "2026_12_01_16_tasks"
down_revision = "2026_12_01_15_resolutions"
branch_labels = None
depends_on = None

TABLES = ("service_level", "task", "evaluation", "extension", "task_step", "evidence")
_DIFFICULTIES = ("ordinary", "hard", "complex")
_TASK_STATES = (
    "drafted",
    "offered",
    "dispatched",
    "returned",
    "accepted",
    "in_progress",
    "submitted",
    "verified",
    "closed",
    "cancelled",
)

SOURCE = "派单跟踪时限建议默认值：签收1个工作日；一般3、较难7、复杂15个工作日；延期一次，不超过原时限的50%"
# difficulty, accept_days, handle_days, extension_percent, multiplier
LEVELS = [
    ("ordinary", 1, 3, 50, 1),
    ("hard", 1, 7, 50, 2),
    ("complex", 1, 15, 50, 4),
]


def upgrade() -> None:
    _service_level()
    _task()
    _evaluation()
    _extension()
    _task_step()
    _evidence()
    _service_levels()


def downgrade() -> None:
    drop_tables(*TABLES)


def _service_level() -> None:
    op.create_table(
        "service_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("difficulty", choice("difficulty", *_DIFFICULTIES), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("accept_days", sa.Integer(), nullable=False),
        sa.Column("handle_days", sa.Integer(), nullable=False),
        sa.Column("extension_percent", sa.Integer(), nullable=False),
        sa.Column("multiplier", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("return_days", sa.Integer(), nullable=False, server_default="5"),
        sa.PrimaryKeyConstraint("id", name="pk_service_level"),
        sa.UniqueConstraint(
            "difficulty", "effective_from", name="uq_service_level_difficulty_effective_from"
        ),
        sa.CheckConstraint(
            "accept_days > 0 AND handle_days > 0 AND multiplier > 0 AND extension_percent BETWEEN 0 AND 100",
            name=op.f("ck_service_level_positive"),
        ),
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("source_kind", choice("source_kind", "resolution"), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("difficulty", choice("difficulty", *_DIFFICULTIES), nullable=False),
        sa.Column("state", choice("task_state", *_TASK_STATES), nullable=False),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("person_id", sa.Integer()),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True)),
        sa.Column("accept_by", sa.Date()),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_on", sa.Date()),
        sa.Column("started_on", sa.Date()),
        sa.Column("warn_on", sa.Date()),
        sa.Column("due_on", sa.Date()),
        sa.Column("original_due_on", sa.Date()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("submitted_on", sa.Date()),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("verified_by_id", sa.Integer()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("rework_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("return_by", sa.Date()),
        sa.Column("decide_by", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("community_id", "number", name="uq_task_community_id_number"),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name="fk_task_community_id"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_task_created_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_task_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_task_unit_id"),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["user_account.id"], name="fk_task_verified_by_id"
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_task_closed_when")
        ),
        sa.CheckConstraint(
            "state <> 'offered' OR (unit_id IS NULL AND person_id IS NULL)",
            name=op.f("ck_task_offered_to_everybody"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'offered', 'cancelled') OR due_on IS NOT NULL",
            name=op.f("ck_task_due_when"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'offered', 'cancelled') OR unit_id IS NOT NULL OR person_id IS NOT NULL",
            name=op.f("ck_task_somebody_handles"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'verified', 'closed') OR submitted_at IS NOT NULL",
            name=op.f("ck_task_submitted_when"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('verified', 'closed') OR verified_at IS NOT NULL",
            name=op.f("ck_task_verified_when"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_on IS NULL)", name=op.f("ck_task_accepted_day")
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (original_due_on IS NULL)", name=op.f("ck_task_due_with_original")
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (started_on IS NULL)", name=op.f("ck_task_due_with_start")
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (warn_on IS NULL)", name=op.f("ck_task_due_with_warning")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (submitted_on IS NULL)", name=op.f("ck_task_submitted_day")
        ),
        sa.CheckConstraint(
            "due_on IS NULL OR due_on >= started_on", name=op.f("ck_task_period_in_order")
        ),
        sa.CheckConstraint("rework_count >= 0", name=op.f("ck_task_rework_count_positive")),
        sa.CheckConstraint(
            "unit_id IS NULL OR person_id IS NULL", name=op.f("ck_task_one_handler")
        ),
    )
    op.create_index("ix_task_community_state_due", "task", ["community_id", "state", "due_on"])
    op.create_index("ix_task_person_state", "task", ["person_id", "state"])
    op.create_index("ix_task_source", "task", ["source_kind", "source_id"])
    op.create_index("ix_task_unit_state", "task", ["unit_id", "state"])
    keep_rows("task")
    unchangeable("task", "source_kind", "source_id", "community_id")
    refuse_when(
        "task_has_source",
        "task",
        "INSERT",
        "NEW.source_kind = 'resolution'"
        " AND NOT EXISTS (SELECT 1 FROM resolution"
        " WHERE id = NEW.source_id AND community_id = NEW.community_id)",
        "a task comes from something that is there in its community",
    )
    refuse_when(
        "resolution_with_tasks",
        "resolution",
        "DELETE",
        "EXISTS (SELECT 1 FROM task WHERE source_kind = 'resolution' AND source_id = OLD.id)",
        "tasks came of this resolution",
    )


def _evaluation() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("channel", choice("channel", "self", "phone", "visit"), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("solved", sa.Boolean()),
        sa.Column("score", sa.Integer()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_evaluation_entered_by_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_evaluation_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_evaluation_task_id"),
        sa.CheckConstraint(
            "channel <> 'self' OR reached", name=op.f("ck_evaluation_oneself_is_reached")
        ),
        sa.CheckConstraint(
            "(score IS NULL) = (solved IS NULL)", name=op.f("ck_evaluation_score_with_solved")
        ),
        sa.CheckConstraint(
            "reached = (score IS NOT NULL)", name=op.f("ck_evaluation_reached_has_score")
        ),
        sa.CheckConstraint(
            "score IS NULL OR score BETWEEN 1 AND 5", name=op.f("ck_evaluation_score_range")
        ),
    )
    op.create_index("ix_evaluation_person_id", "evaluation", ["person_id"])
    op.create_index("ix_evaluation_task_id", "evaluation", ["task_id"])
    op.create_index(
        "uq_evaluation_valid",
        "evaluation",
        ["task_id", "person_id", "round"],
        unique=True,
        **only("score IS NOT NULL"),
    )
    keep_rows("evaluation")
    unchangeable(
        "evaluation", "task_id", "person_id", "round", "channel", "reached", "solved", "score",
        "comment", "entered_by_id", "at",
    )  # fmt: skip


def _extension() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean()),
        sa.Column("decided_by_id", sa.Integer()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_reason", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name="pk_extension"),
        sa.UniqueConstraint("task_id", "round", name="uq_extension_task_id_round"),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_extension_asked_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_extension_decided_by_id"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_extension_task_id"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL)",
            name=op.f("ck_extension_decided_has_outcome"),
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_extension_some_days")),
    )
    keep_rows("extension")
    refuse_when(
        "extension_one_a_task",
        "extension",
        "INSERT",
        "EXISTS (SELECT 1 FROM extension WHERE extension.task_id = NEW.task_id)",
        "more time has been asked for already",
    )


def _task_step() -> None:
    op.create_table(
        "task_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(30), nullable=False),
        sa.Column("state", choice("task_state", *_TASK_STATES), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("person_id", sa.Integer()),
        sa.Column("due_on", sa.Date()),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task_step"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_task_step_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_task_step_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_task_step_task_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_task_step_unit_id"),
    )
    op.create_index("ix_task_step_task_id", "task_step", ["task_id"])
    append_only("task_step")


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("step_id", "file_id", name="uq_evidence_step_id_file_id"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name="fk_evidence_file_id"),
        sa.ForeignKeyConstraint(["step_id"], ["task_step.id"], name="fk_evidence_step_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_evidence_task_id"),
    )
    op.create_index("ix_evidence_task_id", "evidence", ["task_id"])
    keep_rows("evidence")
    unchangeable("evidence", "task_id", "step_id", "file_id")


def _service_levels() -> None:
    names = ("difficulty", "accept_days", "handle_days", "extension_percent", "multiplier")
    service_level = sa.table(
        "service_level",
        sa.column("effective_from", sa.Date),
        sa.column("source"),
        *(sa.column(name) for name in names),
    )
    op.bulk_insert(
        service_level,
        [
            dict(zip(names, row, strict=True), effective_from=date(2026, 1, 1), source=SOURCE)
            for row in LEVELS
        ],
    )
