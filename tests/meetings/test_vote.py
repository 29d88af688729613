from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.meetings.models.agenda import ItemKind, Outcome
from app.meetings.models.rules import MeetingKind
from app.meetings.models.votes import Choice, VoteMode, VoteRoll
from app.meetings.queries import attendance, voting
from app.meetings.services import agenda, convening, session
from app.meetings.services import voting as voting_services
from app.meetings.states import VoteState
from app.points.models import Award, AwardStatus
from app.resolutions import services as resolutions
from app.topics.states import TopicState
from tests.meetings import given


def test_a_carried_motion_settles_its_topic_as_agreed(cast):
    topic = given.topic(cast)
    item = given.passed_item(cast, topic=topic)
    assert voting.passed(item.id)
    assert item.outcome is Outcome.AGREED
    assert topic.state is TopicState.CONSENSUS


def test_the_roll_the_motion_and_the_rule_are_frozen_when_the_vote_opens(cast):
    meeting, item, vote = given.voting(cast)
    assert vote.present == 3
    assert vote.present_women == 2
    assert vote.expected == meeting.expected == 3
    assert vote.motion_digest == hashlib.sha256(item.motion.encode()).hexdigest()
    on_roll = select(func.count()).where(VoteRoll.vote_id == vote.id)
    assert db.session.scalar(on_roll) == 3


def test_who_comes_in_during_a_vote_is_not_on_its_roll(cast):
    meeting, _item, vote = given.voting(
        cast, people=("zhang", "li", "wang"), present=("zhang", "li")
    )
    given.check_in(cast, meeting, ["wang"])
    assert vote.present == 2
    assert len(voting.roll([vote.id])) == 2
    assert attendance.head_count(meeting.id).present == 3


def test_no_vote_opens_without_a_quorum(cast):
    meeting = given.sits(cast, present=("zhang",))
    item = given.items(meeting)[0]
    session.start_item(cast.actor("host"), item)
    with pytest.raises(Refused, match="还差 1 人"):
        voting_services.open_vote(cast.actor("host"), item, mode=VoteMode.SHOW_OF_HANDS)


def test_only_the_current_item_is_voted_on(cast):
    meeting = given.sits(cast, items=2)
    first, second = given.items(meeting)
    session.start_item(cast.actor("host"), first)
    with pytest.raises(Refused):
        voting_services.open_vote(cast.actor("host"), second, mode=VoteMode.SHOW_OF_HANDS)


def test_an_item_has_one_vote_at_a_time(cast):
    _meeting, item, _vote = given.voting(cast)
    with pytest.raises(Refused):
        voting_services.open_vote(cast.actor("host"), item, mode=VoteMode.SHOW_OF_HANDS)


def test_more_votes_than_members_are_refused_beside_the_number(cast):
    _meeting, _item, vote = given.voting(cast)
    with pytest.raises(Refused) as refused:
        voting_services.record_counts(cast.actor("host"), vote, ayes=2, nays=2, abstentions=0)
    assert refused.value.field == "nays"


def test_a_tie_in_a_council_does_not_pass(cast):
    _meeting, item, vote = given.voting(cast)
    voting_services.close_vote(cast.actor("host"), vote, counts=(1, 1, 1))
    assert vote.passed is False
    assert item.outcome is None


def test_a_vote_is_closed_once(cast):
    _meeting, _item, vote = given.voting(cast)
    voting_services.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    with pytest.raises(Refused):
        voting_services.close_vote(cast.actor("staff"), vote, counts=(0, 3, 0))
    assert (vote.ayes, vote.nays) == (3, 0)


def test_a_secret_ballot_needs_a_scrutineer_and_a_teller(cast):
    meeting = given.sits(cast)
    item = given.items(meeting)[0]
    session.start_item(cast.actor("host"), item)
    with pytest.raises(Refused) as refused:
        voting_services.open_vote(cast.actor("host"), item, mode=VoteMode.SECRET, teller="郑计票")
    assert refused.value.field == "scrutineer"
    vote = voting_services.open_vote(
        cast.actor("host"), item, mode=VoteMode.SECRET, scrutineer="周监票", teller="郑计票"
    )
    assert (vote.mode, vote.scrutineer, vote.teller) == (VoteMode.SECRET, "周监票", "郑计票")


@pytest.mark.parametrize("teller", ["周监票", "周 监票"])
def test_the_same_person_is_not_both(cast, teller):
    item = given.items(given.sits(cast))[0]
    session.start_item(cast.actor("host"), item)
    with pytest.raises(Refused) as refused:
        voting_services.open_vote(
            cast.actor("host"), item, mode=VoteMode.SECRET, scrutineer="周监票", teller=teller
        )
    assert refused.value.field == "teller"


def test_who_watched_and_counted_is_filled_in_for_the_next_vote(cast, sign_in):
    meeting, _item, vote = given.voting(cast, mode=VoteMode.SECRET, items=2)
    voting_services.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    session.start_item(cast.actor("host"), given.items(meeting)[1])
    db.session.commit()
    page = sign_in(cast.host).get(f"/meetings/{meeting.id}/console").text
    assert 'value="周监票"' in page
    assert 'value="郑计票"' in page


def called_in_part(cast):
    """A roll call in which one of three has answered."""
    meeting, _item, vote = given.voting(cast, mode=VoteMode.ROLL_CALL)
    first = voting.roll([vote.id])[0]
    voting_services.cast(cast.actor("host"), vote, roll_id=first.id, choice=Choice.AYE)
    db.session.commit()
    return meeting, vote


def test_a_roll_call_is_not_closed_over_those_not_called(cast, sign_in):
    meeting, vote = called_in_part(cast)
    client = sign_in(cast.host)
    assert "2人尚未点名" in client.get(f"/meetings/{meeting.id}/console").text
    answer = client.post(f"/meetings/votes/{vote.id}/close-roll")
    assert answer.status_code == 422
    assert 'id="uncalled-error"' in answer.text
    db.session.refresh(vote)
    assert vote.state is VoteState.OPEN


def test_unless_the_host_confirms_how_many_they_are(cast, sign_in):
    _meeting, vote = called_in_part(cast)
    client, address = sign_in(cast.host), f"/meetings/votes/{vote.id}/close-roll"
    assert client.post(address, data={"uncalled": 1}).status_code == 422  # it is two by now
    assert client.post(address, data={"uncalled": 2}).status_code == 303
    db.session.refresh(vote)
    assert (vote.state, vote.passed, vote.ayes) == (VoteState.CLOSED, True, 1)


@pytest.mark.parametrize("mode", [VoteMode.SHOW_OF_HANDS, VoteMode.SECRET])
def test_a_count_is_not_closed_over_those_it_leaves_out(cast, sign_in, mode):
    meeting, _item, vote = given.voting(cast, mode=mode)
    db.session.commit()
    client, address = sign_in(cast.host), f"/meetings/votes/{vote.id}/close"
    one_aye = {"ayes": 1, "nays": 0, "abstentions": 0}
    answer = client.post(address, data=one_aye)
    assert answer.status_code == 422
    assert 'id="uncalled-error"' in answer.text
    assert "还有2人未计入" in answer.text
    assert re.search(r'name="ayes"[^>]* value="1"', answer.text)
    assert client.post(address, data={**one_aye, "uncalled": 1}).status_code == 422
    assert client.post(address, data={**one_aye, "uncalled": 2}).status_code == 303
    db.session.refresh(vote)
    assert (vote.state, vote.passed) == (VoteState.CLOSED, True)
    voting_services.void_vote(cast.actor("host"), vote, reason="漏计")
    db.session.commit()
    minutes = client.get(f"/meetings/{meeting.id}/minutes").text
    assert ("未表决或废票 2 人" if mode is VoteMode.SECRET else "未表决 2 人") in minutes


def test_nobody_is_asked_once_all_are_counted(cast, sign_in):
    _meeting, _item, vote = given.voting(cast)
    db.session.commit()
    client = sign_in(cast.host)
    tally = f"/meetings/votes/{vote.id}/tally"
    assert 'name="uncalled"' in client.get(f"{tally}?ayes=1").text
    assert 'name="uncalled"' not in client.get(f"{tally}?ayes=2&nays=1").text
    data = {"ayes": 2, "nays": 1, "abstentions": 0, "uncalled": 2}  # ticked before the last aye
    assert client.post(f"/meetings/votes/{vote.id}/close", data=data).status_code == 303


def test_who_did_not_vote_stands_beside_the_result(cast, sign_in):
    meeting, item, vote = given.voting(cast)
    voting_services.close_vote(cast.actor("host"), vote, counts=(2, 0, 0))
    resolution = resolutions.record(cast.actor("staff"), item, title="充电棚", text="同意")
    db.session.commit()
    client = sign_in(cast.staff)
    for page in (f"/meetings/{meeting.id}/console", f"/resolutions/{resolution.id}"):
        assert "<dt>未表决</dt><dd>1</dd>" in client.get(page).text
    assert "未表决 1 人" in client.get(f"/meetings/{meeting.id}").text


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (VoteMode.SHOW_OF_HANDS, "未表决"),
        (VoteMode.ROLL_CALL, "未表决"),
        (VoteMode.SECRET, "未表决或废票"),
    ],
)
def test_of_a_secret_ballot_it_is_not_said_that_they_kept_their_paper(cast, sign_in, mode, words):
    meeting, item, vote = given.voting(cast, mode=mode)
    client = sign_in(cast.staff)
    counts = (2, 0, 0)
    if mode is VoteMode.ROLL_CALL:
        for row in voting.roll([vote.id])[:2]:
            voting_services.cast(cast.actor("host"), vote, roll_id=row.id, choice=Choice.AYE)
        counts = None
    else:
        db.session.commit()
        asked = sign_in(cast.host).get(f"/meetings/votes/{vote.id}/tally?ayes=2").text
        assert f"还有1人未计入：计入到会人数，记为{words}。" in asked
    voting_services.close_vote(cast.actor("host"), vote, counts=counts, uncalled=1)
    resolution = resolutions.record(cast.actor("staff"), item, title="充电棚", text="同意")
    db.session.commit()
    for path in (f"/meetings/{meeting.id}/console", f"/resolutions/{resolution.id}"):
        assert f"<dt>{words}</dt><dd>1</dd>" in client.get(path).text
    for path in ("", "/minutes", "/minutes/paper"):
        assert f"；{words} 1 人" in client.get(f"/meetings/{meeting.id}{path}").text
    assert f"{words}1人，表决" in client.get(f"/resolutions/{resolution.id}/print").text


def test_nothing_leads_away_from_an_open_vote(cast, sign_in):
    """What has been typed would be lost, and be refused anyway."""
    meeting, item, vote = given.voting(cast, items=2)
    db.session.commit()
    client, console = sign_in(cast.host), f"/meetings/{meeting.id}/console"
    leading_away = (f"/meetings/items/{item.id}/finish", "/start")
    page = client.get(console).text
    assert "表决结束或宣布作废后，方可进入下一项" in page
    for address in leading_away:
        assert address not in page
    voting_services.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    db.session.commit()
    page = client.get(console).text
    for address in leading_away:
        assert address in page


def test_a_roll_call_counts_name_by_name(cast):
    _meeting, _item, vote = given.voting(cast, mode=VoteMode.ROLL_CALL)
    first, second, third = voting.roll([vote.id])
    voting_services.cast(cast.actor("host"), vote, roll_id=first.id, choice=Choice.AYE)
    voting_services.cast(cast.actor("host"), vote, roll_id=second.id, choice=Choice.NAY)
    voting_services.cast(cast.actor("host"), vote, roll_id=second.id, choice=Choice.AYE)
    voting_services.cast(cast.actor("host"), vote, roll_id=third.id, choice=Choice.ABSTENTION)
    assert (vote.ayes, vote.nays, vote.abstentions) == (2, 0, 1)
    voting_services.cast(cast.actor("host"), vote, roll_id=third.id, choice=None)
    assert vote.abstentions == 0
    with pytest.raises(Refused):
        voting_services.record_counts(cast.actor("host"), vote, ayes=3, nays=0, abstentions=0)
    voting_services.close_vote(cast.actor("host"), vote)
    assert vote.passed is True


def test_nobody_casts_a_vote_of_another_roll(cast):
    _meeting, _item, vote = given.voting(cast, mode=VoteMode.ROLL_CALL)
    with pytest.raises(NotFoundError):
        voting_services.cast(cast.actor("host"), vote, roll_id=999_999, choice=Choice.AYE)


def test_a_void_vote_gives_the_topic_back_and_can_be_taken_again(cast):
    topic = given.topic(cast)
    meeting, item, vote = given.voting(cast, topic=topic)
    voting_services.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    voting_services.void_vote(cast.actor("host"), vote, reason="两名居民重复举手")
    assert vote.state is VoteState.VOIDED
    assert item.outcome is None
    assert topic.state is TopicState.SCHEDULED
    assert adopted(topic) == [AwardStatus.REVERSED]
    again = voting_services.open_vote(cast.actor("host"), item, mode=VoteMode.SHOW_OF_HANDS)
    voting_services.close_vote(cast.actor("host"), again, counts=(2, 1, 0))
    assert topic.state is TopicState.CONSENSUS
    assert adopted(topic) == [AwardStatus.REVERSED, AwardStatus.POSTED]
    assert meeting.rule_id == again.rule_id


def adopted(topic):
    """The awards for the topic's adoption, in order."""
    return db.session.scalars(
        select(Award.status)
        .where(Award.fact_key.startswith(f"topic:{topic.id}:adopted"))
        .order_by(Award.id)
    ).all()


def test_an_item_added_after_the_notice_is_never_voted_on(cast):
    meeting = given.sits(cast)
    with pytest.raises(Refused) as refused:
        agenda.add_item(
            cast.actor("staff"), meeting, kind=ItemKind.VOTE, title="加议", planned=5, motion="同意"
        )
    assert refused.value.field == "kind"
    late = agenda.add_item(
        cast.actor("staff"), meeting, kind=ItemKind.DISCUSSION, title="加议", planned=5
    )
    assert late.added_late
    session.start_item(cast.actor("host"), late)
    with pytest.raises(Refused):
        voting_services.open_vote(cast.actor("host"), late, mode=VoteMode.SHOW_OF_HANDS)


def test_who_stays_silent_counts_among_those_present(cast):
    """In an assembly two ayes of four present are not more than half."""
    meeting = given.draft(cast, kind=MeetingKind.RESIDENTS_ASSEMBLY)
    item = given.vote_item(cast, meeting)
    given.invite(cast, meeting, ("zhang", "li", "wang", "zhao", "chen"))
    convening.convene(cast.actor("staff"), meeting)
    given.open_(cast, meeting, ("zhang", "li", "wang", "zhao"))
    session.start_item(cast.actor("host"), item)
    vote = voting_services.open_vote(cast.actor("host"), item, mode=VoteMode.SHOW_OF_HANDS)
    voting_services.close_vote(cast.actor("host"), vote, counts=(2, 0, 0))
    assert vote.passed is False


def test_a_vote_of_a_meeting_that_is_over_is_not_void(cast):
    meeting, _item, vote = given.voting(cast)
    voting_services.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    session.close_meeting(cast.actor("host"), meeting)
    with pytest.raises(Refused):
        voting_services.void_vote(cast.actor("host"), vote, reason="太晚")


def test_a_count_below_zero_is_refused_beside_its_field(cast, sign_in):
    _meeting, _item, vote = given.voting(cast)
    answer = sign_in(cast.host).post(
        f"/meetings/votes/{vote.id}/close", data={"ayes": -1, "nays": 0, "abstentions": 0}
    )
    assert answer.status_code == 422
    assert vote.state is VoteState.OPEN


def test_what_has_to_be_counted_is_not_closed_as_a_roll_call(cast, sign_in):
    _meeting, _item, vote = given.voting(cast)
    answer = sign_in(cast.host).post(f"/meetings/votes/{vote.id}/close-roll")
    assert answer.status_code >= 400
    assert vote.state is VoteState.OPEN
