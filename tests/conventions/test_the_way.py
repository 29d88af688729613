"""From the draft to being in force, and what stops it on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.conventions.models import ConventionKind, Opinion, Verdict
from app.conventions.queries import texts as queries
from app.conventions.services import drafting, effect, opinions, review
from app.conventions.states import VersionState
from app.core import clock
from app.core.db import db, rows
from app.core.errors import NotFoundError, Refused
from app.inbox.models import Message
from app.meetings.models.agenda import AgendaItem, ItemKind
from app.meetings.models.rules import MeetingKind
from app.meetings.services import agenda, convening, groups, session
from app.notices.models import Notice, NoticeKind
from tests.conventions.given import assembly, decide, meetings_items


def test_an_opinion_needs_an_answer_with_its_reason(commented, cast, later):
    staff = cast.actor("staff")
    opinion = opinions.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    with later(8):
        with pytest.raises(Refused):
            review.submit(staff, commented)
        with pytest.raises(Refused):
            opinions.answer_opinion(staff, opinion, verdict=Verdict.NOT_ADOPTED, reason="")
        opinions.answer_opinion(staff, opinion, verdict=Verdict.NOT_ADOPTED, reason="另有规定")
        review.submit(staff, commented)
    assert commented.state is VersionState.UNDER_REVIEW
    told = db.session.scalars(select(Message).where(Message.person_id == cast.zhang.id)).all()
    assert any("公约" in str(message.text) for message in told)


def test_opinions_end_with_the_last_day(commented, cast, later):
    resident = cast.actor("resident")
    with later(7):
        opinions.give_opinion(resident, commented, text="来得及", clause=None, person=cast.zhang)
    with later(8), pytest.raises(Refused):
        opinions.give_opinion(resident, commented, text="晚了", clause=None, person=cast.zhang)


def test_it_is_not_sent_for_review_while_residents_may_comment(commented, cast, later):
    with later(7), pytest.raises(Refused):
        review.submit(cast.actor("staff"), commented)


def test_seven_days_are_the_least_to_comment(draft, cast):
    with pytest.raises(Refused) as refusal:
        opinions.open_comment(cast.actor("staff"), draft, until=clock.today() + timedelta(days=6))
    assert refusal.value.field == "until"


def test_a_neighbour_gives_no_opinion(commented, cast, sign_in):
    answer = sign_in(cast.neighbour_resident).post(
        f"/conventions/{commented.convention_id}/versions/1/opinions",
        data={"text": "我也说一句", "clause": ""},
    )
    assert answer.status_code == 422
    assert db.session.scalars(select(Opinion)).first() is None


def test_staff_of_another_community_give_no_opinion(commented, cast, sign_in):
    """Not even those who are residents somewhere, and so have a name to give it under."""
    cast.neighbour_staff.person_id = cast.wang.id
    db.session.commit()
    path = f"/conventions/{commented.convention_id}/versions/1"
    client = sign_in(cast.neighbour_staff)
    assert "提交意见" not in client.get(path).get_data(as_text=True)
    answer = client.post(f"{path}/opinions", data={"text": "我也说一句", "clause": ""})
    assert answer.status_code == 422
    assert db.session.scalars(select(Opinion)).first() is None


def test_an_opinion_sent_twice_is_there_once(commented, cast, sign_in):
    client = sign_in(cast.resident)
    path = f"/conventions/{commented.convention_id}/versions/1/opinions"
    statuses = [
        client.post(path, data={"text": "写上电梯", "clause": ""}).status_code for _ in range(2)
    ]
    assert statuses == [303, 422]
    assert len(db.session.scalars(select(Opinion)).all()) == 1


def test_the_public_sees_masked_names_and_no_working_papers(commented, cast, later, client):
    commented_path = f"/conventions/{commented.convention_id}/versions/1"
    opinions.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    with later(8):
        opinions.answer_opinion(
            cast.actor("staff"),
            db.session.scalars(select(Opinion)).one(),
            verdict=Verdict.NOT_ADOPTED,
            reason="另有规定",
        )
        review.submit(cast.actor("staff"), commented)
        review.return_for_revision(
            cast.actor("street_officer"), commented, opinion="第一条不清楚", number="2号"
        )
    db.session.commit()
    page = client.get(commented_path).get_data(as_text=True)
    assert "张*国" in page
    assert cast.zhang.name not in page
    assert "第一条不清楚" not in page
    assert "2号" in page


def test_comments_are_not_taken_for_ever(draft, cast):
    with pytest.raises(Refused) as refusal:
        opinions.open_comment(
            cast.actor("staff"), draft, until=clock.today() + timedelta(days=3650)
        )
    assert refusal.value.field == "until"


def test_a_page_of_many_opinions_is_paged(commented, cast, client):
    for number in range(40):
        opinions.give_opinion(
            cast.actor("staff"),
            commented,
            text=f"意见{number}。",
            clause=None,
            person=None,
            name="某",
        )
    db.session.commit()
    path = f"/conventions/{commented.convention_id}/versions/1"
    assert "意见39。" not in client.get(path).get_data(as_text=True)
    assert "意见39。" in client.get(f"{path}?page=2").get_data(as_text=True)


def test_returning_needs_words_and_reopens_the_draft(commented, cast, later):
    street = cast.actor("street_officer")
    with later(8):
        review.submit(cast.actor("staff"), commented)
        with pytest.raises(Refused):
            review.return_for_revision(street, commented, opinion="", number="")
        review.return_for_revision(street, commented, opinion="第一条不清楚", number="")
        drafting.redraft(cast.actor("staff"), commented)
    assert commented.state is VersionState.DRAFTING


def test_staff_can_not_review_their_own_text(commented, cast, later, sign_in):
    with later(8):
        review.submit(cast.actor("staff"), commented)
        db.session.commit()
        answer = sign_in(cast.staff).post(
            f"/conventions/versions/{commented.id}/pass-review",
            data={"opinion": "好", "number": ""},
        )
    assert answer.status_code == 403


def test_a_passed_vote_leads_to_filing_and_being_in_force(reviewed, cast):
    staff = cast.actor("staff")
    meeting = assembly(cast)
    review.put_to_vote(staff, reviewed, meeting)
    with pytest.raises(Refused):
        review.take_result(staff, reviewed)
    decide(cast, meeting, ayes_but=1)
    with clock.frozen(meeting.starts_at + timedelta(days=1)):
        review.take_result(staff, reviewed)
        assert reviewed.state is VersionState.ADOPTED
        effect.file(staff, reviewed, number="备1号", on=clock.today())
        effect.publish(staff, reviewed, in_force_from=clock.today(), contact="一楼")
        notice = db.session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.CONVENTION)
        ).one()
        assert (notice.ends_on - notice.published_on).days >= 15
    assert reviewed.state is VersionState.IN_FORCE


def test_the_frozen_text_is_not_changed_on_the_agenda(reviewed, cast, sign_in):
    meeting = assembly(cast)
    review.put_to_vote(cast.actor("staff"), reviewed, meeting)
    db.session.commit()
    item = db.session.get_one(AgendaItem, reviewed.item_id)
    address, motion = f"/meetings/items/{item.id}/edit", item.motion
    changed = f"{motion}另加一条。"
    with pytest.raises(Refused) as refused, db.session.begin_nested():
        agenda.edit_item(
            cast.actor("staff"), item, kind=item.kind, title="表决", planned=20, motion=changed
        )
    assert refused.value.field == "motion"
    db.session.refresh(item)
    data = {"kind": "report", "title": "表决公约", "planned": 20, "motion": changed}
    forged = sign_in(cast.staff).post(address, data=data | {"version": item.version})
    assert forged.status_code == 303
    db.session.refresh(item)
    assert (item.title, item.kind, item.motion) == ("表决公约", ItemKind.VOTE, motion)


def test_a_failed_vote_rejects_the_text(reviewed, cast):
    meeting = assembly(cast)
    review.put_to_vote(cast.actor("staff"), reviewed, meeting)
    decide(cast, meeting, ayes_but=4)
    review.take_result(cast.actor("staff"), reviewed)
    assert reviewed.state is VersionState.REJECTED


def test_a_council_meeting_can_not_decide_on_a_convention(reviewed, cast):
    meeting = assembly(cast)
    meeting.kind = MeetingKind.COUNCIL
    with pytest.raises(Refused) as refusal:
        review.put_to_vote(cast.actor("staff"), reviewed, meeting)
    assert refusal.value.field == "meeting"


def test_it_is_not_in_force_before_it_is_published(filed, cast):
    with pytest.raises(Refused) as refusal:
        effect.publish(
            cast.actor("staff"),
            filed,
            in_force_from=clock.today() - timedelta(days=1),
            contact="一楼",
        )
    assert refusal.value.field == "in_force_from"


def test_it_is_in_force_from_the_day_named(filed, cast, client):
    begins = clock.today() + timedelta(days=30)
    effect.publish(cast.actor("staff"), filed, in_force_from=begins, contact="一楼")
    db.session.commit()

    def on_board(on):
        return rows(queries.in_force(cast.community.id, on))

    assert on_board(begins - timedelta(days=1)) == []
    assert len(on_board(begins)) == 1
    path = f"/conventions/{filed.convention_id}"
    assert "已公布，尚未施行" in client.get(path).get_data(as_text=True)
    with pytest.raises(Refused):
        effect.repeal(
            cast.actor("staff"), filed.convention, item_id=filed.item_id, reason="还没施行"
        )
    with clock.frozen(clock.at(begins)):
        assert "已公布，尚未施行" not in client.get(path).get_data(as_text=True)


def test_the_version_before_holds_until_the_next_one_does(filed, cast, client):
    today = clock.today()
    effect.publish(cast.actor("staff"), filed, in_force_from=today, contact="一楼")
    second = drafting.amend(cast.actor("staff"), filed.convention)
    second.digest, second.item_id, second.state = filed.digest, filed.item_id, VersionState.FILED
    second.filing_number, second.filed_on, second.adopted_on = "备2号", today, today
    db.session.flush()
    with pytest.raises(Refused):
        effect.publish(cast.actor("staff"), second, in_force_from=today, contact="一楼")
    begins = today + timedelta(days=30)
    effect.publish(cast.actor("staff"), second, in_force_from=begins, contact="一楼")
    db.session.commit()
    for on in (today, begins):
        assert len(rows(queries.in_force(cast.community.id, on))) == 1
    path = f"/conventions/{filed.convention_id}"
    assert "施行至新版本生效" in client.get(path).get_data(as_text=True)
    with clock.frozen(clock.at(begins)):
        assert "施行至新版本生效" not in client.get(path).get_data(as_text=True)


def test_a_text_whose_item_was_taken_off_the_agenda_comes_back(reviewed, cast):
    staff = cast.actor("staff")
    meeting = assembly(cast)
    review.put_to_vote(staff, reviewed, meeting)
    with pytest.raises(Refused):
        review.withdraw_from_vote(staff, reviewed)
    agenda.withdraw_item(staff, meetings_items(meeting)[0], reason="改期")
    review.withdraw_from_vote(staff, reviewed)
    assert reviewed.state is VersionState.REVIEWED


def test_a_text_the_meeting_did_not_vote_on_comes_back_after_it(reviewed, cast):
    staff, host = cast.actor("staff"), cast.actor("host")
    meeting = assembly(cast)
    review.put_to_vote(staff, reviewed, meeting)
    groups.invite_group(staff, meeting, group=groups.Group.COMPOSITION)
    convening.convene(staff, meeting)
    with clock.frozen(meeting.starts_at):
        session.open_meeting(host, meeting)
        with pytest.raises(Refused):
            review.withdraw_from_vote(staff, reviewed)
        session.close_meeting(host, meeting)
        review.withdraw_from_vote(staff, reviewed)
    assert reviewed.state is VersionState.REVIEWED


def test_a_meeting_of_another_community_does_not_decide(reviewed, cast):
    meeting = assembly(cast)
    meeting.community_id = cast.neighbour.id
    with pytest.raises(NotFoundError):
        review.put_to_vote(cast.actor("staff"), reviewed, meeting)


def test_the_next_version_supersedes_and_compares_clause_by_clause(reviewed, cast, client):
    staff = cast.actor("staff")
    meeting = assembly(cast)
    review.put_to_vote(staff, reviewed, meeting)
    decide(cast, meeting, ayes_but=0)
    with clock.frozen(meeting.starts_at + timedelta(days=1)):
        review.take_result(staff, reviewed)
        effect.file(staff, reviewed, number="备1号", on=clock.today())
        effect.publish(staff, reviewed, in_force_from=clock.today(), contact="一楼")
        second = drafting.amend(staff, reviewed.convention)
        with pytest.raises(Refused):
            drafting.amend(staff, reviewed.convention)
        parking = queries.clauses_of(second.id)[0]
        drafting.revise_clause(
            staff, second, parking, heading="停车", text="先到先停，消防通道不停。",
            clause_class=None, seen=second.version,
        )  # fmt: skip
        opinions.open_comment(staff, second, until=clock.today() + timedelta(days=7))
        db.session.commit()
    page = client.get(f"/conventions/{reviewed.convention_id}/compare?older=1&newer=2")
    assert page.status_code == 200
    assert "<ins>，消防通道不停</ins>" in page.get_data(as_text=True)


def test_each_kind_is_led_to_the_meeting_that_usually_decides(reviewed, cast, sign_in):
    address = f"/conventions/{reviewed.convention_id}/versions/1"
    for kind, meeting, words in (
        (ConventionKind.CONVENTION, MeetingKind.REPS_ASSEMBLY, "居民公约由居民会议表决"),
        (ConventionKind.SERVICE_STANDARD, MeetingKind.CO_CONSULTATION, "一般为党建共商会"),
    ):
        reviewed.convention.kind = kind
        db.session.commit()
        page = sign_in(cast.staff).get(address).text
        assert words in page
        assert f"kind={meeting.value}" in page
        assert page.count("请先筹备") == 1
