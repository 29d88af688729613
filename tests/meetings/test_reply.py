from __future__ import annotations

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.access import Capability
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.meetings.models.attendance import Invitation, Reply
from app.meetings.queries import attendance as queries
from app.meetings.services import attendance, convening, invitations
from tests.meetings import given

ANSWER = Capability.ANSWER_INVITATION


def by_proxy():
    entry = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == "meeting.reply")
        .order_by(AuditEntry.id.desc())
    ).first()
    return entry.detail["by_proxy"]


def test_a_resident_says_that_they_are_coming(cast):
    meeting = given.convened(cast)
    own = queries.own_invitation(cast.actor("resident"), meeting.id)
    attendance.reply(cast.actor("resident"), own, coming=True)
    assert own.reply is Reply.COMING
    assert by_proxy() is False
    assert queries.head_count(meeting.id).coming == 1


def test_leave_needs_its_reason(cast):
    own = given.invitation(given.convened(cast), cast.zhang)
    with pytest.raises(Refused) as refused:
        attendance.reply(cast.actor("resident"), own, coming=False)
    assert refused.value.field == "reason"
    attendance.reply(cast.actor("resident"), own, coming=False, reason="出差")
    assert (own.reply, own.leave_reason) == (Reply.LEAVE, "出差")


def test_minds_can_be_changed_until_the_meeting_opens(cast):
    meeting = given.convened(cast)
    own = given.invitation(meeting, cast.zhang)
    attendance.reply(cast.actor("resident"), own, coming=False, reason="出差")
    attendance.reply(cast.actor("resident"), own, coming=True)
    assert (own.reply, own.leave_reason) == (Reply.COMING, None)
    given.open_(cast, meeting)
    with pytest.raises(Refused):
        attendance.reply(cast.actor("resident"), own, coming=True)


def test_staff_enter_it_for_somebody_without_a_phone(cast):
    wang = given.invitation(given.convened(cast), cast.wang)
    found = queries.invitation_in_reach(cast.actor("staff"), ANSWER, wang.id)
    attendance.reply(cast.actor("staff"), found, coming=False, reason="住院")
    assert by_proxy() is True
    assert wang.replied_by_id == cast.staff.id


def test_a_unit_answers_for_itself(cast):
    meeting = given.council(cast)
    invitations.invite_units(cast.actor("staff"), meeting, [cast.property_firm.id])
    convening.convene(cast.actor("staff"), meeting)
    contact = cast.actor("unit_contact")
    own = queries.own_invitation(contact, meeting.id)
    assert own.unit_id == cast.property_firm.id
    attendance.reply(contact, queries.invitation_in_reach(contact, ANSWER, own.id), coming=True)
    assert by_proxy() is False


def test_nobody_answers_for_others(cast):
    meeting = given.convened(cast)
    wang = given.invitation(meeting, cast.wang)
    for name in ("resident", "unit_contact", "grid_worker", "neighbour_staff", "host"):
        with pytest.raises(NotFoundError):
            queries.invitation_in_reach(cast.actor(name), ANSWER, wang.id)


def test_a_draft_takes_no_replies(cast):
    meeting = given.council(cast)
    with pytest.raises(Refused):
        attendance.reply(cast.actor("staff"), db.session.query(Invitation).first(), coming=True)
    assert queries.head_count(meeting.id).coming == 0
