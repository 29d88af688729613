import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.inbox.models import Message
from app.platforms import services
from app.platforms.models import PlatformKind
from app.topics.models import ContentClass, TopicCosigner
from app.topics.queries import following, topics
from app.topics.queries import waiting as waiting_queries
from app.topics.services import cosigning, screening
from app.topics.states import TopicState


@pytest.fixture
def platform(cast):
    made = services.open_platform(
        cast.actor("staff"), community_id=cast.community.id, name="桂花议事亭", kind=PlatformKind.COUNCIL,
        place_id=cast.estate.id, venue="2栋楼下",
    )  # fmt: skip
    db.session.commit()
    return made


def told(person):
    return db.session.scalars(
        select(Message.url).where(Message.person_id == person.id, Message.key.startswith("topic:"))
    ).all()


def test_staff_take_a_topic_up_with_its_class_and_platform(cast, submitted, platform, sign_in):
    topic = submitted()

    answer = sign_in(cast.staff).post(
        f"/topics/{topic.id}/accept",
        data={"accept-content_class": "difficulties", "accept-platform_id": platform.id},
    )

    db.session.refresh(topic)
    assert answer.status_code == 303
    assert topic.state is TopicState.ACCEPTED
    assert (topic.content_class, topic.platform_id) == (ContentClass.DIFFICULTIES, platform.id)


def test_accepting_needs_a_class(cast, submitted, sign_in):
    topic = submitted()

    answer = sign_in(cast.staff).post(f"/topics/{topic.id}/accept", data={})

    assert answer.status_code == 422
    assert 'id="accept-content_class-error"' in answer.text


def test_an_ended_platform_takes_no_more_topics(cast, submitted, platform):
    topic = submitted()
    services.end_platform(cast.actor("staff"), platform)

    with pytest.raises(Refused) as refusal:
        screening.accept(
            cast.actor("staff"), topic, content_class=ContentClass.POLICY, platform=platform
        )
    assert refusal.value.field == "platform_id"


@pytest.mark.parametrize(("decision", "prefix"), [("return", "return"), ("rule-out", "rule_out")])
def test_a_decision_without_a_reason_comes_back_open_with_the_error(
    cast, submitted, sign_in, decision, prefix
):
    topic = submitted()

    answer = sign_in(cast.staff).post(
        f"/topics/{topic.id}/{decision}", data={f"{prefix}-reason": " "}
    )

    assert answer.status_code == 422
    assert f'id="{prefix}-reason-error"' in answer.text
    assert '<details class="card" open>' in answer.text
    db.session.refresh(topic)
    assert topic.state is TopicState.SUBMITTED


@pytest.mark.parametrize(
    ("decision", "state"),
    [("return", TopicState.RETURNED), ("rule-out", TopicState.OUT_OF_SCOPE)],
)
def test_the_author_reads_the_reason(cast, submitted, sign_in, decision, state):
    prefix = decision.replace("-", "_")
    topic = submitted()

    sign_in(cast.staff).post(
        f"/topics/{topic.id}/{decision}", data={f"{prefix}-reason": "请先联系物业"}
    )

    db.session.refresh(topic)
    assert topic.state is state
    assert "请先联系物业" in sign_in(cast.resident).get("/inbox").text
    assert "请先联系物业" in sign_in(cast.resident).get(f"/topics/{topic.id}").text


def test_screening_twice_is_refused_in_words(cast, submitted, sign_in):
    topic = submitted()
    staff = sign_in(cast.staff)
    data = {"accept-content_class": "difficulties"}
    staff.post(f"/topics/{topic.id}/accept", data=data)

    again = staff.post(f"/topics/{topic.id}/accept", data=data)

    assert again.status_code == 422
    assert len(topics.steps_of(topic.id)) == 2


def test_nobody_accepts_their_own_topic(cast, submitted):
    topic = submitted()
    cast.resident.person_id = None
    db.session.flush()
    cast.staff.person_id = cast.zhang.id
    db.session.flush()

    with pytest.raises(Refused):
        screening.accept(cast.actor("staff"), topic, content_class=ContentClass.DIFFICULTIES)
    screening.accept(cast.actor("second_staff"), topic, content_class=ContentClass.DIFFICULTIES)


def test_on_ones_own_topic_stands_why_instead_of_the_button(cast, submitted, sign_in):
    topic = submitted()
    page, accept = f"/topics/{topic.id}/screen", f"/topics/{topic.id}/accept"
    assert accept in sign_in(cast.staff).get(page).text
    cast.resident.person_id = None
    db.session.flush()
    cast.staff.person_id = cast.zhang.id
    db.session.commit()

    shown = sign_in(cast.staff).get(page).text

    assert accept not in shown
    assert "本人" in shown


@pytest.mark.both_engines
def test_signatures_are_counted_once_nobody_can_sign_any_more(cast, submitted, counted):
    topic = submitted()
    db.session.refresh(topic)
    with counted() as sent:
        screening.rule_out(cast.actor("staff"), topic, reason="不属于协商范围")
    held = next(n for n, one in enumerate(sent) if one.startswith("SELECT topic."))
    read = next(n for n, one in enumerate(sent) if "topic_cosigner" in one)
    assert held < read


def test_merging_keeps_both_authors_and_every_signature_once(cast, submitted):
    first = submitted(title="门禁坏了")
    second = submitted("other_resident", title="2栋门禁坏了")
    for person in (cast.wang, cast.chen):
        cosigning.cosign(cast.actor("staff"), first, person_id=person.id)
    cosigning.cosign(cast.actor("staff"), second, person_id=cast.wang.id)
    cosigning.cosign(cast.actor("staff"), first, person_id=cast.li.id)  # the author of the second

    screening.merge(cast.actor("staff"), first, into=second)
    screening.accept(cast.actor("staff"), second, content_class=ContentClass.DIFFICULTIES)

    assert first.state is TopicState.MERGED
    assert sorted(following.cosigner_ids(second.id)) == sorted([cast.wang.id, cast.chen.id])
    onward = f"/topics/{second.id}"
    for person in (cast.zhang, cast.li, cast.wang, cast.chen):
        assert onward in told(person)
    assert f"/topics/{first.id}" in told(cast.zhang)


def test_the_author_of_a_topic_merged_twice_is_told_what_happens_to_the_last(cast, submitted):
    staff = cast.actor("staff")
    first = submitted(title="一")
    second = submitted("other_resident", title="二")
    third = submitted("grid_worker", title="三", author_id=cast.wang.id)
    screening.merge(staff, first, into=second)
    screening.merge(staff, second, into=third)

    screening.return_topic(staff, third, reason="请补充")

    for person in (cast.zhang, cast.li, cast.wang):
        assert f"/topics/{third.id}" in told(person)


def test_a_signature_taken_back_from_the_target_comes_back_with_the_merged_topic(cast, submitted):
    staff = cast.actor("staff")
    first, second = submitted(title="一"), submitted("other_resident", title="二")
    cosigning.cosign(staff, second, person_id=cast.wang.id)
    cosigning.take_back_signature(staff, second, person_id=cast.wang.id)
    cosigning.cosign(cast.actor("second_staff"), first, person_id=cast.wang.id)

    screening.merge(staff, first, into=second)

    assert list(following.cosigner_ids(second.id)) == [cast.wang.id]
    given, carried = db.session.scalars(
        select(TopicCosigner).order_by(TopicCosigner.topic_id == second.id)
    )
    assert (carried.entered_by_id, carried.signed_at) == (cast.second_staff.id, given.signed_at)


def test_the_author_of_a_merged_topic_sees_a_sensitive_target(cast, submitted, sign_in):
    first = submitted(title="一")
    second = submitted("other_resident", title="二", sensitive=True)
    screening.merge(cast.actor("staff"), first, into=second)
    db.session.commit()

    assert sign_in(cast.resident).get(f"/topics/{second.id}").status_code == 200


def test_merging_through_the_page(cast, submitted, sign_in):
    first, second = submitted(title="门禁坏了"), submitted("other_resident", title="门禁坏了三月")

    page = sign_in(cast.staff).get(f"/topics/{first.id}/screen").text
    answer = sign_in(cast.staff).post(
        f"/topics/{first.id}/merge", data={"merge-into_id": second.id}
    )

    assert f'<option value="{second.id}">' in page
    assert answer.status_code == 303
    db.session.refresh(first)
    assert first.merged_into_id == second.id


@pytest.mark.parametrize("into", ["", "999999", "abc"])
def test_merging_into_nothing_is_refused_beside_the_field(cast, submitted, sign_in, into):
    topic = submitted()

    answer = sign_in(cast.staff).post(f"/topics/{topic.id}/merge", data={"merge-into_id": into})

    assert answer.status_code == 422
    assert 'id="merge-into_id-error"' in answer.text


def test_a_topic_cannot_be_merged_into_itself_or_into_an_ended_one(cast, submitted):
    staff = cast.actor("staff")
    topic, ended = submitted(), submitted("other_resident")
    screening.rule_out(staff, ended, reason="不属于")

    for into in (topic, ended):
        with pytest.raises(Refused) as refusal:
            screening.merge(staff, topic, into=into)
        assert refusal.value.field == "into_id"


def test_a_topic_so_many_signed_cannot_be_ruled_out(cast, submitted):
    topic = submitted()
    cosigning.cosign(cast.actor("other_resident"), topic, person_id=cast.li.id)

    with pytest.raises(Refused):
        screening.rule_out(cast.actor("staff"), topic, reason="不想议")


def test_only_staff_of_the_community_screen(cast, submitted, sign_in):
    topic_id = submitted().id
    paths = ("accept", "return", "rule-out", "merge")
    for user, status in (
        (cast.resident, 403), (cast.grid_worker, 403), (cast.oversight, 403), (cast.neighbour_staff, 404),
    ):  # fmt: skip
        visitor = sign_in(user)
        assert visitor.get(f"/topics/{topic_id}/screen").status_code == status
        for path in paths:
            assert visitor.post(f"/topics/{topic_id}/{path}", data={}).status_code == status


@pytest.mark.both_engines
def test_submitted_topics_wait_for_staff_the_longest_waiting_first(cast, submitted, counted):
    early = clock.at(clock.today(), 8)
    with clock.frozen(early):
        first = submitted(title="先来")
    second = submitted(title="后到")
    staff = cast.actor("staff")

    with counted() as sent:
        waiting = waiting_queries.waiting(staff)

    assert len(sent) <= 2
    assert {item.args["topic_id"] for item in waiting} == {first.id, second.id}
    assert waiting_queries.waiting(cast.actor("neighbour_staff")) == []
    assert waiting_queries.waiting(cast.actor("resident")) == []


def test_a_returned_topic_waits_for_its_author(cast, submitted):
    topic = submitted()
    screening.return_topic(cast.actor("staff"), topic, reason="请补充")

    waiting = waiting_queries.waiting(cast.actor("resident"))

    assert [(item.endpoint, item.args) for item in waiting] == [
        ("topics.show", {"topic_id": topic.id})
    ]
    assert waiting_queries.waiting(cast.actor("other_resident")) == []
    assert waiting_queries.waiting(cast.actor("staff")) == []


def test_both_authors_are_told_of_a_merge(cast, submitted):
    first, second = submitted(), submitted("other_resident", title="门禁坏了没人管")
    screening.merge(cast.actor("staff"), first, into=second)
    texts = [
        str(message.text)
        for message in db.session.scalars(
            select(Message).where(Message.person_id == cast.li.id).order_by(Message.id)
        )
    ]
    assert any(first.number in text and "已并入" in text for text in texts)
