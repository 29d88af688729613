import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db, rows
from app.topics.models import ContentClass
from app.topics.queries import topics as queries
from app.topics.queries.topics import TopicFilter
from app.topics.services import cosigning, screening


def titles(actor, **wanted):
    found = rows(queries.topics_for(actor, TopicFilter(**wanted)))
    return {row.title for row in found}


READERS = (
    "resident",
    "other_resident",
    "staff",
    "street_officer",
    "host",
    "grid_worker",
    "oversight",
)


def test_a_submitted_topic_is_before_the_whole_community(cast, submitted, sign_in):
    topic = submitted()
    for name in READERS:
        assert titles(cast.actor(name)) == {topic.title}
        assert sign_in(getattr(cast, name)).get(f"/topics/{topic.id}").status_code == 200


@pytest.mark.parametrize(
    "stranger", ["neighbour_staff", "neighbour_resident", "unit_contact", "admin"]
)
def test_people_from_elsewhere_do_not_find_it(cast, submitted, sign_in, stranger):
    topic_id = submitted().id
    visitor = sign_in(getattr(cast, stranger))

    assert titles(cast.actor(stranger)) == set()
    assert visitor.get(f"/topics/{topic_id}").status_code == 404
    assert visitor.get("/topics").status_code == (403 if stranger == "admin" else 200)


def test_a_visitor_is_sent_to_sign_in(client, submitted):
    assert client.get(f"/topics/{submitted().id}").status_code == 303


def test_a_sensitive_topic_is_for_staff_and_whoever_follows_it(cast, submitted, sign_in):
    topic = submitted(sensitive=True)
    cosigning.cosign(cast.actor("staff"), topic, person_id=cast.li.id)
    db.session.commit()
    seen = {name for name in READERS if titles(cast.actor(name))}

    assert seen == {"resident", "other_resident", "staff"}
    for name in READERS:
        status = sign_in(getattr(cast, name)).get(f"/topics/{topic.id}").status_code
        assert status == (200 if name in seen else 404)


def test_a_returned_topic_is_not_before_the_neighbours(cast, submitted):
    topic = submitted()
    screening.return_topic(cast.actor("staff"), topic, reason="请补充")

    assert titles(cast.actor("other_resident")) == set()
    assert titles(cast.actor("resident")) == {topic.title}
    assert titles(cast.actor("staff")) == {topic.title}


def test_neighbours_see_masked_names_staff_and_the_author_full_ones(cast, submitted, sign_in):
    topic = submitted()
    cosigning.cosign(cast.actor("staff"), topic, person_id=cast.wang.id)
    db.session.commit()

    neighbour = sign_in(cast.other_resident).get(f"/topics/{topic.id}").text
    author = sign_in(cast.resident).get(f"/topics/{topic.id}").text
    staff = sign_in(cast.staff).get(f"/topics/{topic.id}").text

    assert "张*国" in neighbour
    assert "张建国" not in neighbour
    assert "王*" in neighbour
    assert "王芳" not in neighbour
    assert "张建国" in author
    assert "王芳" not in author
    assert "张建国" in staff
    assert "王芳" in staff


def test_mine_are_those_raised_signed_and_merged_onward(cast, submitted):
    own = submitted(title="我提的")
    signed = submitted("other_resident", title="我联名的")
    target = submitted("grid_worker", title="并入后的", author_id=cast.wang.id)
    merged = submitted(title="被并的")
    submitted("other_resident", title="别人的")
    cosigning.cosign(cast.actor("resident"), signed, person_id=cast.zhang.id)
    screening.merge(cast.actor("staff"), merged, into=target)

    assert titles(cast.actor("resident"), mine=True) == {
        own.title,
        signed.title,
        target.title,
        merged.title,
    }


def test_the_list_is_narrowed_by_state_source_text_and_platform(cast, submitted, accepted):
    accepted(title="门禁坏了")
    submitted("grid_worker", title="楼道堆物", author_id=cast.wang.id, body="纸箱")
    staff = cast.actor("staff")

    assert titles(staff, group="waiting") == {"门禁坏了"}
    assert titles(staff, group="submitted") == {"楼道堆物"}
    assert titles(staff, text="纸箱") == {"楼道堆物"}
    assert titles(staff, text="-001") == {"门禁坏了"}
    assert titles(staff, text="%") == set()
    assert titles(staff, platform_id=12345) == set()


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "address",
    ["?state=nonsense", "?source=x&class=y", "?platform=abc", "?page=0", "?q=%00%ED%A0%80", "?q=" + "长" * 300,
     "?state=submitted&q=%27%22%5C%25"],
)  # fmt: skip
def test_nonsense_in_the_address_of_the_list_does_no_harm(cast, sign_in, address):
    assert sign_in(cast.staff).get(f"/topics{address}").status_code == 200


@pytest.mark.both_engines
def test_searching_as_one_types_answers_with_the_list_alone(cast, submitted, sign_in):
    submitted(title="门禁坏了")

    answer = sign_in(cast.staff).get(
        "/topics?q=门禁", headers={"HX-Request": "true", "HX-Target": "topic-list"}
    )

    assert "门禁坏了" in answer.text
    assert "<html" not in answer.text
    assert "HX-Target" in answer.headers["Vary"]


@pytest.mark.both_engines
@pytest.mark.parametrize("reader", ["staff", "resident"])
def test_the_list_costs_as_many_queries_for_many_topics_as_for_one(
    cast, submitted, sign_in, counted, reader
):
    visitor = sign_in(getattr(cast, reader))
    submitted()
    visitor.get("/topics")
    with counted() as one:
        visitor.get("/topics")
    for number in range(12):
        submitted(title=f"第{number}件")
    with counted() as many:
        visitor.get("/topics")

    assert len(one) == len(many)


@pytest.mark.both_engines
def test_the_page_of_a_topic_costs_as_many_queries_for_many_signatures(
    cast, submitted, sign_in, counted
):
    topic = submitted()
    address = f"/topics/{topic.id}"
    visitor = sign_in(cast.staff)
    visitor.get(address)
    with counted() as none:
        visitor.get(address)
    for person in (cast.li, cast.wang, cast.zhao, cast.chen):
        cosigning.cosign(cast.actor("staff"), topic, person_id=person.id)
    db.session.commit()
    visitor.get(address)
    with counted() as four:
        visitor.get(address)

    assert len(none) == len(four)


@pytest.mark.parametrize("topic_id", ["0", "999999", "99999999999999999999"])
def test_a_topic_that_is_not_there_is_not_found(cast, sign_in, topic_id):
    assert sign_in(cast.staff).get(f"/topics/{topic_id}").status_code in {400, 404}


def test_a_merger_does_not_tell_what_a_sensitive_topic_is_about(cast, submitted, sign_in):
    staff = cast.actor("staff")
    plain = submitted(title="独居老人的事")
    secret = submitted("grid_worker", title="王某家暴", author_id=cast.wang.id, sensitive=True)
    screening.merge(staff, plain, into=secret)
    other_secret = submitted(
        "grid_worker", title="李某欠薪", author_id=cast.chen.id, sensitive=True
    )
    open_one = submitted("grid_worker", title="公开的", author_id=cast.zhao.id)
    screening.merge(staff, other_secret, into=open_one)
    db.session.commit()
    neighbour = sign_in(cast.other_resident)

    assert "王某家暴" not in neighbour.get(f"/topics/{plain.id}").text
    assert "李某欠薪" not in neighbour.get(f"/topics/{open_one.id}").text
    assert "王某家暴" in sign_in(cast.resident).get(f"/topics/{plain.id}").text
    assert "李某欠薪" in sign_in(cast.staff).get(f"/topics/{open_one.id}").text


def test_the_trail_keeps_no_words_of_a_sensitive_topic(cast, submitted):
    topic = submitted(title="王某家暴", sensitive=True)
    screening.return_topic(cast.actor("staff"), topic, reason="请写明王某住址")

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == topic.id)).all()

    assert entries
    assert "王某" not in str([entry.detail for entry in entries])


def test_an_award_does_not_tell_what_a_sensitive_topic_is_about(cast, submitted, sign_in):
    topic = submitted(title="王某家暴")
    screening.accept(
        cast.actor("staff"), topic, content_class=ContentClass.DIFFICULTIES, sensitive=True
    )
    db.session.commit()

    page = sign_in(cast.oversight).get("/points/awards.csv").get_data(as_text=True)

    assert topic.number in page
    assert "王某家暴" not in page
