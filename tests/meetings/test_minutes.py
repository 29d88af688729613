from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import Refused, Stale
from app.meetings.models.agenda import AgendaItem, ItemKind, Outcome
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.minutes import MinutesCorrection
from app.meetings.models.votes import Choice, Vote, VoteMode, VoteRoll
from app.meetings.queries import minutes, voting
from app.meetings.services import agenda, attendance, convening, session
from app.meetings.services import minutes as minutes_services
from app.meetings.services import voting as voting_services
from app.meetings.states import MeetingState, VoteState
from tests.meetings import given


def host(cast):
    return cast.actor("host")


def write(cast, item, notes, version, by="host"):
    minutes_services.save_notes(cast.actor(by), item, notes=notes, dissent="", version=version)


@pytest.fixture
def closed(cast):
    """A meeting that is over, its one item carried."""
    meeting, _item, vote = given.voting(cast, mode=VoteMode.ROLL_CALL)
    for row in voting.roll([vote.id]):
        voting_services.cast(host(cast), vote, roll_id=row.id, choice=Choice.AYE)
    voting_services.close_vote(host(cast), vote)
    session.close_meeting(host(cast), meeting)
    return meeting


@pytest.fixture
def confirmed(closed, cast):
    minutes_services.confirm_minutes(host(cast), closed)
    return closed


def test_the_second_writer_overwrites_nothing(closed, cast):
    item = given.items(closed)[0]
    write(cast, item, "先写的记录", 1)
    with pytest.raises(Stale):
        write(cast, item, "后写的记录", 1, by="staff")
    assert item.notes == "先写的记录"
    write(cast, item, "合并后的记录", 2, by="staff")
    assert (item.notes, item.version) == ("合并后的记录", 3)


def test_before_the_meeting_there_is_nothing_to_write(cast):
    item = given.items(given.convened(cast))[0]
    with pytest.raises(Refused):
        write(cast, item, "预写", 1)


def test_the_minutes_tell_who_came_who_asked_for_leave_and_who_did_not(cast):
    meeting = given.convened(cast, people=("zhang", "li", "wang", "chen"))
    attendance.reply(
        cast.actor("staff"), given.invitation(meeting, cast.wang), coming=False, reason="住院"
    )
    given.open_(cast, meeting, ["zhang", "li"])
    attendance.check_in_person(host(cast), meeting, cast.zhao, method=CheckIn.STAFF)
    record = minutes.minutes_of(meeting)
    assert {row.name for row in record.present} == {"张建国", "李秀英"}
    assert [(row.name, row.leave_reason) for row in record.leave] == [("王芳", "住院")]
    assert [row.name for row in record.absent] == ["陈志强"]
    assert [row.name for row in record.observers] == ["赵敏"]


def test_they_keep_void_votes_beside_the_one_that_counts(cast):
    _meeting, item, vote = given.voting(cast)
    voting_services.close_vote(host(cast), vote, counts=(1, 1, 1))
    voting_services.void_vote(host(cast), vote, reason="计票有误")
    again = voting_services.open_vote(host(cast), item, mode=VoteMode.SHOW_OF_HANDS)
    voting_services.close_vote(host(cast), again, counts=(2, 1, 0))
    record = minutes.minutes_of(item.meeting)
    assert [v.state for v in record.votes[item.id]] == [VoteState.VOIDED, VoteState.CLOSED]
    assert record.valid(item) == again


@pytest.mark.both_engines
def test_they_name_nobody_of_a_void_vote(cast, sign_in):
    meeting, item, vote = given.voting(cast, mode=VoteMode.SECRET)
    voting_services.void_vote(host(cast), vote, reason="箱未封")
    again = voting_services.open_vote(
        host(cast), item, mode=VoteMode.SECRET, scrutineer="吴监票", teller="孙计票"
    )
    voting_services.close_vote(host(cast), again, counts=(3, 0, 0))
    db.session.commit()
    for page in ("minutes", "minutes/paper"):
        text = sign_in(cast.host).get(f"/meetings/{meeting.id}/{page}").text
        assert "吴监票" in text
        assert "孙计票" in text
        assert "周监票" not in text


def test_a_report_needs_no_outcome(cast, sign_in):
    meeting = given.draft(cast)
    reports = [
        agenda.add_item(host(cast), meeting, kind=ItemKind.REPORT, title=title, planned=5)
        for title in ("通报经费", "通报工程")
    ]
    given.invite(cast, meeting, ["zhang"])
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting, ["zhang"])
    session.start_item(host(cast), reports[0])
    db.session.commit()
    client = sign_in(cast.host)
    settle = f"/meetings/items/{reports[0].id}/settle"
    assert settle not in client.get(f"/meetings/{meeting.id}/console").text
    data = {f"settle{reports[0].id}-outcome": "agreed"}
    assert client.post(settle, data=data).status_code == 422
    session.close_meeting(host(cast), meeting)
    db.session.commit()
    page = client.get(f"/meetings/{meeting.id}/minutes").text
    assert "未通报" in page
    assert "/settle" not in page
    minutes_services.confirm_minutes(host(cast), meeting)


def test_they_are_not_confirmed_while_they_miss_an_outcome(cast):
    meeting = given.sits(cast, items=2)
    session.close_meeting(host(cast), meeting)
    with pytest.raises(Refused, match="建设充电棚"):
        minutes_services.confirm_minutes(host(cast), meeting)
    assert meeting.state is MeetingState.CLOSED


def test_they_are_confirmed_after_the_meeting_and_get_an_archive_number(closed, cast):
    minutes_services.confirm_minutes(host(cast), closed)
    assert closed.state is MeetingState.CONFIRMED
    assert closed.archive_number == "2026-001"
    with pytest.raises(Refused):
        minutes_services.confirm_minutes(host(cast), closed)


def test_confirmed_minutes_are_locked(confirmed, cast):
    with pytest.raises(Refused):
        write(cast, given.items(confirmed)[0], "改写", 1)


def test_corrections_are_numbered(confirmed, cast):
    first = minutes_services.correct_minutes(host(cast), confirmed, text="第二段“30”应为“13”。")
    second = minutes_services.correct_minutes(
        cast.actor("staff"), confirmed, text="列席名单补吴社工。"
    )
    assert (first.number, second.number) == (1, 2)
    assert (first.by_name, second.by_name) == ("林主持", "陈社工")
    assert [c.number for c in minutes.minutes_of(confirmed).corrections] == [1, 2]


def test_before_they_are_confirmed_there_is_nothing_to_correct(closed, cast):
    with pytest.raises(Refused):
        minutes_services.correct_minutes(host(cast), closed, text="提前更正")


# --- What the database itself refuses, also without the services ---


def refused(statement):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(statement)


@pytest.mark.both_engines
def test_a_correction_stays_as_it_was_written(confirmed, cast):
    minutes_services.correct_minutes(host(cast), confirmed, text="原文")
    refused(update(MinutesCorrection).values(text="改写"))
    refused(delete(MinutesCorrection))


@pytest.mark.both_engines
@pytest.mark.usefixtures("closed")
def test_the_counts_of_a_closed_vote_stand():
    refused(update(Vote).values(ayes=1))
    refused(update(Vote).values(passed=False))
    refused(update(Vote).values(state="open", passed=None))
    refused(update(Vote).values(state="voided", void_reason="改票", ayes=0))
    refused(update(Vote).values(motion="另一动议"))
    refused(delete(Vote))


@pytest.mark.both_engines
def test_a_void_vote_does_not_come_back(cast):
    _meeting, _item, vote = given.voting(cast)
    voting_services.close_vote(host(cast), vote, counts=(3, 0, 0))
    voting_services.void_vote(host(cast), vote, reason="计票有误")
    refused(update(Vote).values(state="closed"))
    refused(update(Vote).values(void_reason="另一理由"))


@pytest.mark.both_engines
@pytest.mark.usefixtures("closed")
def test_the_roll_of_a_closed_vote_stands():
    refused(update(VoteRoll).values(choice="nay"))
    refused(delete(VoteRoll))
    vote = db.session.query(Vote).one()
    invitation = db.session.query(Invitation).filter_by(capacity="observer").first()
    refused(insert(VoteRoll).values(vote_id=vote.id, invitation_id=invitation.id))


@pytest.mark.both_engines
def test_nothing_in_confirmed_minutes_is_changed(confirmed):
    for column, value in {"notes": "改", "motion": "改", "outcome": "dropped"}.items():
        refused(update(AgendaItem).values({column: value}))
    for column in ("title", "venue", "starts_at", "expected", "archive_number", "state", "version"):
        refused(text(f"UPDATE meeting SET {column} = {column}"))
    refused(delete(Meeting).where(Meeting.id == confirmed.id))
    refused(update(Invitation).values(present_at=None, check_in_method=None))
    refused(delete(Invitation).where(Invitation.meeting_id == confirmed.id))
    refused(
        insert(AgendaItem).values(
            meeting_id=confirmed.id, position=9, kind="report", title="补", planned=5, motion="",
            added_late=True, state="done", notes="", dissent="", version=1,
        )
    )  # fmt: skip


@pytest.mark.both_engines
def test_a_late_item_is_never_one_to_vote_on(cast):
    given.convened(cast)
    refused(update(AgendaItem).values(added_late=True))


@pytest.mark.both_engines
def test_more_votes_than_members_are_not_stored(cast):
    given.voting(cast)
    refused(update(Vote).values(ayes=4))
    refused(update(Vote).values(nays=-1))


@pytest.mark.both_engines
def test_one_item_is_dealt_with_at_a_time(cast):
    given.sits(cast, items=2)
    refused(update(AgendaItem).values(state="current"))


@pytest.mark.both_engines
def test_somebody_is_a_person_a_unit_or_a_user(cast):
    given.council(cast)
    refused(update(Invitation).values(unit_id=cast.school.id))
    refused(text("UPDATE invitation SET person_id = NULL, user_id = NULL"))


def test_what_is_not_written_and_who_is_not_named_is_said_before_they_are_confirmed(
    closed, cast, sign_in
):
    item = given.items(closed)[0]
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/{closed.id}/minutes"
    page = client.get(address).text
    assert "以下议程尚未记录" in page
    assert "纪要未写明：监票人、计票人" in page
    write(cast, item, "逐户走访后表决。", 1)
    db.session.commit()
    assert "以下议程尚未记录" not in client.get(address).text
    minutes_services.confirm_minutes(host(cast), closed)
    db.session.commit()
    assert "纪要未写明" not in client.get(address).text


def test_on_paper_they_name_who_was_absent_and_every_sentence_ends(cast, sign_in):
    meeting, item, vote = given.voting(cast, present=("zhang", "li"))
    voting_services.void_vote(host(cast), vote, reason="改为记名表决")
    session.settle_item(host(cast), item, outcome=Outcome.DEFERRED, reason="下次再议")
    session.close_meeting(host(cast), meeting)
    minutes_services.confirm_minutes(host(cast), meeting)
    minutes_services.correct_minutes(host(cast), meeting, text="补正")
    db.session.commit()
    paper = sign_in(cast.host).get(f"/meetings/{meeting.id}/minutes/paper").text
    assert re.search(r"缺席：</span><span>王芳</span>", paper)
    assert "改为记名表决。</p>" in paper
    assert "下次再议。</p>" in paper
    assert '<h2 class="after-signature">' in paper
