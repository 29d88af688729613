"""Two hosts at the same console: real threads, each with a connection of its own, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Choice, Vote, VoteMode, VoteRoll
from app.meetings.queries import voting as queries
from app.meetings.services import attendance, minutes, session
from app.meetings.services import voting as voting_services
from app.meetings.states import VoteState
from app.people.models import Person
from app.points.models import Award
from tests import cast as cast_module
from tests.meetings import given

pytestmark = pytest.mark.both_engines


class Room:
    """An application on a database of its own, everything in it committed."""

    def __init__(self, app, moment):
        self.app = app
        self.moment = moment

    def once(self, call):
        """Run a call in a transaction of its own; returns its result or the Refused it raised."""
        with self.app.app_context(), clock.frozen(self.moment):
            begin_writing()
            try:
                result = call()
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                return refusal
            else:
                return result
            finally:
                db.session.remove()

    def together(self, *calls):
        """Run the calls in threads that start at the same moment."""
        start = Barrier(len(calls))

        def run(call):
            start.wait(timeout=30)
            return self.once(call)

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))


@pytest.fixture(scope="module")
def hall(migrated_database, new_app):
    application = new_app(migrated_database())
    with application.app_context():
        members = cast_module.create()
        db.session.commit()
        db.session.remove()
    yield application, members
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def room(hall, monday_morning):
    return Room(hall[0], monday_morning)


@pytest.fixture
def everybody(hall):
    """The cast, to be loaded inside a transaction: `everybody().actor("host")`."""
    return hall[1].here


def prepare(room, everybody, make):
    """Make something from the cast in a transaction of its own; returns ids."""
    return room.once(lambda: make(everybody()))


def voting(name, mode=VoteMode.SHOW_OF_HANDS):
    def make(cast):
        platform = given.platform(cast, name=name)
        meeting, item, vote = given.voting(cast, mode=mode, on=platform)
        return meeting.id, item.id, vote.id

    return make


def outcomes(results):
    return sorted(type(result).__name__ for result in results)


def test_of_two_who_close_a_vote_exactly_one_does(room, everybody):
    _meeting, _item, vote_id = prepare(room, everybody, voting("关闭表决"))

    def close(name, counts):
        def call():
            vote = db.session.get_one(Vote, vote_id)
            voting_services.close_vote(everybody().actor(name), vote, counts=counts)
            return counts

        return call

    results = room.together(close("host", (3, 0, 0)), close("staff", (0, 3, 0)))
    assert outcomes(results) == ["Refused", "tuple"]
    winner = next(result for result in results if isinstance(result, tuple))

    def stored():
        vote = db.session.get_one(Vote, vote_id)
        return (vote.ayes, vote.nays, vote.abstentions), vote.passed

    assert room.once(stored) == (winner, winner[0] == 3)


def test_of_two_who_open_a_vote_exactly_one_does(room, everybody):
    def make(cast):
        meeting = given.sits(cast, on=given.platform(cast, name="开始表决"))
        item = given.items(meeting)[0]
        session.start_item(cast.actor("host"), item)
        return item.id

    item_id = prepare(room, everybody, make)

    def open_vote(name):
        def call():
            item = db.session.get_one(AgendaItem, item_id)
            actor = everybody().actor(name)
            return voting_services.open_vote(actor, item, mode=VoteMode.SHOW_OF_HANDS).present

        return call

    assert outcomes(room.together(open_vote("host"), open_vote("staff"))) == ["Refused", "int"]
    count = select(func.count()).where(Vote.item_id == item_id, Vote.state == VoteState.OPEN)
    assert room.once(lambda: db.session.scalar(count)) == 1


def test_the_roll_has_as_many_as_the_vote_says_however_many_come_in_meanwhile(room, everybody):
    def make(cast):
        meeting = given.sits(
            cast,
            people=("zhang", "li", "wang", "zhao", "chen"),
            present=("zhang", "li", "wang", "zhao"),
            on=given.platform(cast, name="边签到边表决"),
        )
        item = given.items(meeting)[0]
        session.start_item(cast.actor("host"), item)
        return item.id, given.invitation(meeting, cast.chen).id

    item_id, late = prepare(room, everybody, make)

    def open_vote():
        item = db.session.get_one(AgendaItem, item_id)
        host = everybody().actor("host")
        return voting_services.open_vote(host, item, mode=VoteMode.SHOW_OF_HANDS).id

    def come_in():
        invitation = db.session.get_one(Invitation, late)
        staff = everybody().actor("staff")
        return attendance.check_in(staff, invitation, method=CheckIn.LIST).id

    vote_id, _late = room.together(open_vote, come_in)

    def counted():
        on_roll = select(func.count()).where(VoteRoll.vote_id == vote_id)
        return db.session.scalar(on_roll), db.session.get_one(Vote, vote_id).present

    on_roll, present = room.once(counted)
    assert on_roll == present
    assert present in {4, 5}


def test_two_clerks_count_one_roll_call(room, everybody):
    _meeting, _item, vote_id = prepare(room, everybody, voting("记名表决", VoteMode.ROLL_CALL))
    rows = room.once(lambda: [row.id for row in queries.roll([vote_id])])

    def cast(row_id, name):
        def call():
            vote = db.session.get_one(Vote, vote_id)
            voting_services.cast(everybody().actor(name), vote, roll_id=row_id, choice=Choice.AYE)

        return call

    clerks = ("host", "staff", "second_staff")
    room.together(*(cast(row, name) for row, name in zip(rows, clerks, strict=True)))
    assert room.once(lambda: db.session.get_one(Vote, vote_id).ayes) == 3


def test_two_who_close_the_meeting_credit_everybody_once(room, everybody):
    def make(cast):
        return given.sits(cast, on=given.platform(cast, name="散会")).id

    meeting_id = prepare(room, everybody, make)

    def close(name):
        def call():
            meeting = db.session.get_one(Meeting, meeting_id)
            session.close_meeting(everybody().actor(name), meeting)

        return call

    assert outcomes(room.together(close("host"), close("staff"))) == ["NoneType", "Refused"]
    credited = select(func.count()).where(
        Award.fact_key.startswith(f"meeting:{meeting_id}:attendance:")
    )
    assert room.once(lambda: db.session.scalar(credited)) == 3


def test_somebody_who_scans_twice_is_there_once(room, everybody):
    def make(cast):
        meeting = given.sits(cast, present=(), on=given.platform(cast, name="扫码两次"))
        return meeting.id

    meeting_id = prepare(room, everybody, make)

    def scan():
        meeting = db.session.get_one(Meeting, meeting_id)
        chen = db.session.get_one(Person, everybody().chen.id)
        host = everybody().actor("host")
        return attendance.check_in_person(host, meeting, chen, method=CheckIn.QR_CODE).id

    first, second, third = room.together(scan, scan, scan)
    assert first == second == third


def test_of_two_who_write_the_same_minutes_one_is_told(room, everybody):
    def make(cast):
        meeting = given.sits(cast, on=given.platform(cast, name="同写纪要"))
        return given.items(meeting)[0].id

    item_id = prepare(room, everybody, make)

    def write(name):
        def call():
            item = db.session.get_one(AgendaItem, item_id)
            actor = everybody().actor(name)
            minutes.save_notes(actor, item, notes=name, dissent="", version=1)
            return name

        return call

    results = room.together(write("host"), write("staff"))
    assert outcomes(results) == ["Stale", "str"]
    winner = next(result for result in results if isinstance(result, str))
    assert room.once(lambda: db.session.get_one(AgendaItem, item_id).notes) == winner
