"""Meetings: who noted an early leave, the units a topic concerns, minutes that stay as confirmed."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import on_sqlite, refuse_when, stop_refusing

revision = "2026_11_26_07_guarded_meetings"
down_revision = "2026_11_26_06_repealed_by"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _leaving_early()
    _units_concerned()
    _scrutineers_of_votes()
    _confirmed_meetings()
    _frozen_motions()


def downgrade() -> None:
    stop_refusing("agenda_item_frozen_motion", "agenda_item")
    for act in ("update", "delete"):
        stop_refusing(f"meeting_{act}_guard", "meeting")
    op.drop_table("topic_unit")
    stop_refusing("vote_scrutineer_guard", "vote")
    for column in ("scrutineer", "teller"):
        op.execute(f"ALTER TABLE meeting ADD COLUMN {column} VARCHAR(60) NOT NULL DEFAULT ''")
    stop_refusing("invitation_left_in_time", "invitation")
    if not on_sqlite():
        op.drop_column("invitation", "left_noted_by_id")
        op.drop_column("vote", "teller")
        op.drop_column("vote", "scrutineer")


def _leaving_early() -> None:
    # Written out: making the table anew, as alembic does on SQLite, would lose its triggers.
    op.execute(
        "ALTER TABLE invitation ADD COLUMN left_noted_by_id INTEGER"
        " CONSTRAINT fk_invitation_left_noted_by_id REFERENCES user_account (id)"
    )
    refuse_when(
        "invitation_left_in_time",
        "invitation",
        "UPDATE",
        "NEW.left_at > (SELECT closed_at FROM meeting WHERE meeting.id = NEW.meeting_id)",
        "nobody leaves a meeting after its end",
    )


def _units_concerned() -> None:
    op.create_table(
        "topic_unit",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_unit_topic_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_topic_unit_unit_id")),
        sa.PrimaryKeyConstraint("topic_id", "unit_id", name=op.f("pk_topic_unit")),
    )


def _confirmed_meetings() -> None:
    # No column may change any more: what was wrong is said by a correction, a row of its own.
    for act in ("UPDATE", "DELETE"):
        refuse_when(
            f"meeting_{act.lower()}_guard",
            "meeting",
            act,
            "OLD.state = 'confirmed'",
            "the minutes are confirmed",
        )


def _scrutineers_of_votes() -> None:
    """From the meeting, which knew the last two only, to each vote that counts."""
    op.execute("ALTER TABLE vote ADD COLUMN scrutineer VARCHAR(60) NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE vote ADD COLUMN teller VARCHAR(60) NOT NULL DEFAULT ''"
        " CONSTRAINT ck_vote_two_people CHECK (scrutineer = '' OR scrutineer <> teller)"
    )
    guard = _suspend("vote_update_guard", "vote")
    op.execute(
        "UPDATE vote SET scrutineer = named.scrutineer,"
        " teller = CASE WHEN named.teller = named.scrutineer THEN '' ELSE named.teller END"
        " FROM (SELECT agenda_item.id, meeting.scrutineer, meeting.teller FROM agenda_item"
        " JOIN meeting ON meeting.id = agenda_item.meeting_id) AS named"
        " WHERE named.id = vote.item_id AND vote.state <> 'voided'"
    )
    op.execute(guard)
    refuse_when(
        "vote_scrutineer_guard",
        "vote",
        "UPDATE",
        "OLD.state <> 'open' AND (NEW.scrutineer <> OLD.scrutineer OR NEW.teller <> OLD.teller)",
        "a counted vote stays as it is",
    )
    for column in ("scrutineer", "teller"):
        op.execute(f"ALTER TABLE meeting DROP COLUMN {column}")


def _suspend(trigger: str, table: str) -> str:
    """Let a trigger rest; returns the statement that brings it back."""
    if not on_sqlite():
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        return f"ALTER TABLE {table} ENABLE TRIGGER {trigger}"
    found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    statement = op.get_bind().execute(found, {"name": trigger}).scalar_one()
    op.execute(f"DROP TRIGGER {trigger}")
    return str(statement)


def _frozen_motions() -> None:
    # The text of a convention is frozen when it is put to the vote.
    refuse_when(
        "agenda_item_frozen_motion",
        "agenda_item",
        "UPDATE",
        "(NEW.motion <> OLD.motion OR NEW.kind <> OLD.kind) AND EXISTS"
        " (SELECT 1 FROM convention_version WHERE convention_version.item_id = NEW.id)",
        "this text was frozen for the vote",
    )
