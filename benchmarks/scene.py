"""Brings a freshly loaded sample to the evening of the measurement: the meeting that was about to
begin is running, with people present, a vote open and a queue of speakers. Prints, as JSON, what
the pages need to know of it, and how large everything is."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import func, select

from app import create_app
from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core import clock
from app.core.access import Actor
from app.core.db import Model, begin_writing, db
from app.ledger.models import Posting
from app.meetings.models.agenda import AgendaItem, ItemKind
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import VoteMode
from app.meetings.services import attendance, session, speaking, voting
from app.meetings.states import MeetingState
from app.people.models import Person
from app.tasks.models.tasks import Task
from app.topics.models import Topic

COUNTED: dict[str, type[Model]] = {
    "residents": Person,
    "topics": Topic,
    "meetings": Meeting,
    "tasks": Task,
    "postings": Posting,
}


def play() -> dict[str, int]:
    host = db.session.scalars(select(User).where(User.username == "host")).one()
    actor = actor_of(host)
    meeting = db.session.scalars(
        select(Meeting)
        .where(Meeting.community_id == host.community_id, Meeting.state == MeetingState.CONVENED)
        .order_by(Meeting.starts_at)
        .limit(1)
    ).one()
    with clock.frozen(meeting.starts_at):
        _run(actor, meeting)
        db.session.commit()
    sizes = {
        name: db.session.scalar(select(func.count()).select_from(model)) or 0
        for name, model in COUNTED.items()
    }
    return {"community": meeting.community_id, "meeting": meeting.id, **sizes}


def _run(actor: Actor, meeting: Meeting) -> None:
    people = db.session.scalars(
        select(Invitation)
        .where(Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None))
        .order_by(Invitation.id)
    ).all()
    for invitation in people:
        if invitation.present_at is None:
            attendance.check_in(actor, invitation, method=CheckIn.LIST)
    session.open_meeting(actor, meeting)
    item = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.kind == ItemKind.VOTE)
        .order_by(AgendaItem.position)
    ).first()
    if item is None:
        raise LookupError("the meeting has nothing to vote on")
    with clock.frozen(meeting.starts_at + timedelta(minutes=10)):
        session.start_item(actor, item)
        for invitation in people[:3]:
            speaking.ask_to_speak(actor, item, invitation)
        voting.open_vote(
            actor, item, mode=VoteMode.SHOW_OF_HANDS, scrutineer="监票员", teller="计票员"
        )


def main() -> None:
    app = create_app()
    with app.app_context():
        begin_writing()
        print(json.dumps(play()))


if __name__ == "__main__":
    main()
