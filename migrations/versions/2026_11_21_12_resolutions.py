"""Tables of resolutions."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from migrations.helpers import append_only, keep_rows, on_sqlite, unchangeable

revision = "2026_11_21_12_resolutions"
down_revision = "2026_11_21_11_meetings"
branch_labels = None
depends_on = None

SOURCE = "派单跟踪时限建议默认值：签收1个工作日；一般3、较难7、复杂15个工作日；延期一次，不超过原时限的50%"
# difficulty, accept_days, handle_days, extension_percent, multiplier
LEVELS = [
    ("ordinary", 1, 3, 50, 1),
    ("hard", 1, 7, 50, 2),
    ("complex", 1, 15, 50, 4),
]


def upgrade() -> None:
    op.create_table(
        "service_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "difficulty",
            sa.Enum(
                "ordinary",
                "hard",
                "complex",
                name="difficulty",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("accept_days", sa.Integer(), nullable=False),
        sa.Column("handle_days", sa.Integer(), nullable=False),
        sa.Column("extension_percent", sa.Integer(), nullable=False),
        sa.Column("multiplier", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "accept_days > 0 AND handle_days > 0 AND multiplier > 0 AND extension_percent BETWEEN 0 AND 100",
            name=op.f("ck_service_level_positive"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_level")),
        sa.UniqueConstraint(
            "difficulty", "effective_from", name=op.f("uq_service_level_difficulty_effective_from")
        ),
    )
    op.create_table(
        "resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("feedback_due_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("fed_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fed_back_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(result IS NULL) = (fed_back_at IS NULL)",
            name=op.f("ck_resolution_fed_back_with_result"),
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR fed_back_at IS NOT NULL",
            name=op.f("ck_resolution_closed_after_result"),
        ),
        sa.CheckConstraint("superseded_by_id <> id", name=op.f("ck_resolution_not_by_itself")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_resolution_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["place.id"], name=op.f("fk_resolution_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["fed_back_by_id"], ["user_account.id"], name=op.f("fk_resolution_fed_back_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_resolution_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_resolution_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["resolution.id"], name=op.f("fk_resolution_superseded_by_id")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_resolution_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
        sa.UniqueConstraint(
            "community_id", "number", name=op.f("uq_resolution_community_id_number")
        ),
        sa.UniqueConstraint("item_id", name=op.f("uq_resolution_item_id")),
    )
    op.create_index(
        "ix_resolution_community_decided",
        "resolution",
        ["community_id", "decided_on", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_resolution_superseded_by_id"), "resolution", ["superseded_by_id"], unique=False
    )
    op.create_index(op.f("ix_resolution_topic_id"), "resolution", ["topic_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column(
            "difficulty",
            sa.Enum(
                "ordinary",
                "hard",
                "complex",
                name="difficulty",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
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
                name="task_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accept_by", sa.Date(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("warn_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rework_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_task_community_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_task_created_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_person_id")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_task_resolution_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_unit_id")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["user_account.id"], name=op.f("fk_task_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_task_community_id_number")),
    )
    op.create_index(
        "ix_task_community_state_due", "task", ["community_id", "state", "due_on"], unique=False
    )
    op.create_index("ix_task_person_state", "task", ["person_id", "state"], unique=False)
    op.create_index(op.f("ix_task_resolution_id"), "task", ["resolution_id"], unique=False)
    op.create_index("ix_task_unit_state", "task", ["unit_id", "state"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "self",
                "phone",
                "visit",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_evaluation_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_evaluation_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_person_id"), "evaluation", ["person_id"], unique=False)
    op.create_index(op.f("ix_evaluation_task_id"), "evaluation", ["task_id"], unique=False)
    op.create_index(
        "uq_evaluation_valid",
        "evaluation",
        ["task_id", "person_id", "round"],
        unique=True,
        sqlite_where=sa.text("score IS NOT NULL"),
        postgresql_where=sa.text("score IS NOT NULL"),
    )
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL)",
            name=op.f("ck_extension_decided_has_outcome"),
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_extension_some_days")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_extension_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_extension_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_extension_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("task_id", "round", name=op.f("uq_extension_task_id_round")),
    )
    op.create_table(
        "task_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
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
                name="task_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_task_step_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_step_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_step_task_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_step_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_step")),
    )
    op.create_index(op.f("ix_task_step_task_id"), "task_step", ["task_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_evidence_file_id")),
        sa.ForeignKeyConstraint(["step_id"], ["task_step.id"], name=op.f("fk_evidence_step_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_evidence_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("step_id", "file_id", name=op.f("uq_evidence_step_id_file_id")),
    )
    op.create_index(op.f("ix_evidence_task_id"), "evidence", ["task_id"], unique=False)
    append_only("task_step")
    for table in ("resolution", "task", "extension", "evidence", "evaluation"):
        keep_rows(table)
    # A resolution is superseded, never changed.
    unchangeable(
        "resolution", "number", "community_id", "item_id", "topic_id", "title", "text",
        "decided_on", "made_by_id", "made_at",
    )  # fmt: skip
    unchangeable("evidence", "task_id", "step_id", "file_id")
    unchangeable(
        "evaluation", "task_id", "person_id", "round", "channel", "reached", "solved", "score",
        "comment", "entered_by_id", "at",
    )  # fmt: skip
    _keep_votes()
    _seed()


def _keep_votes() -> None:
    """A vote that a resolution rests on is not declared void."""
    rests = (
        "NEW.state = 'voided' AND OLD.state <> 'voided'"
        " AND EXISTS (SELECT 1 FROM resolution WHERE item_id = NEW.item_id)"
    )
    message = "a resolution rests on this vote"
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER vote_has_resolution BEFORE UPDATE ON vote WHEN {rests} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION vote_has_resolution() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {rests} THEN RAISE EXCEPTION '{message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER vote_has_resolution BEFORE UPDATE ON vote "
        "FOR EACH ROW EXECUTE FUNCTION vote_has_resolution()"
    )


def _seed() -> None:
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


def downgrade() -> None:
    if on_sqlite():
        op.execute("DROP TRIGGER vote_has_resolution")
    else:
        op.execute("DROP TRIGGER vote_has_resolution ON vote")
        op.execute("DROP FUNCTION vote_has_resolution()")
    op.drop_table("evidence")
    op.drop_table("task_step")
    op.drop_table("extension")
    op.drop_table("evaluation")
    op.drop_table("task")
    op.drop_table("resolution")
    op.drop_table("service_level")
