from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.core import clock
from app.core.db import db
from app.core.i18n import Phrase
from app.inbox import queries, services
from app.inbox.models import Message


def tell(people=(), users=(), key="topic:1:step:1", url="/inbox"):
    services.tell(key=key, text=Phrase("Unread"), url=url, people=people, users=users)
    db.session.commit()


def test_the_same_fact_is_told_once_per_reader(cast):
    tell(people=[cast.zhang.id, cast.li.id])
    tell(people=[cast.zhang.id], users=[cast.staff.id])

    assert queries.unread_count(cast.actor("resident")) == 1
    assert queries.unread_count(cast.actor("other_resident")) == 1
    assert queries.unread_count(cast.actor("staff")) == 1


def test_another_fact_is_told_as_well(cast):
    tell(people=[cast.zhang.id])
    tell(people=[cast.zhang.id], key="topic:1:step:2")

    assert queries.unread_count(cast.actor("resident")) == 2


def test_somebody_told_as_a_person_is_not_told_again_as_a_user(cast):
    tell(people=[cast.zhang.id], users=[cast.resident.id, cast.staff.id])

    assert queries.unread_count(cast.actor("resident")) == 1
    assert queries.unread_count(cast.actor("staff")) == 1


@pytest.mark.usefixtures("app")
def test_telling_nobody_is_nothing():
    tell()

    assert db.session.scalar(select(Message.id)) is None


def test_a_person_without_an_account_finds_messages_when_they_get_one(cast):
    tell(people=[cast.wang.id])
    cast.host.person_id = cast.wang.id
    db.session.flush()

    assert queries.unread_count(cast.actor("host")) == 1


def test_the_inbox_shows_own_messages_and_no_others(cast, sign_in):
    services.tell(key="a", text=Phrase("Unread"), url="/topics/1", people=[cast.zhang.id])
    services.tell(
        key="b", text=Phrase("Not %(x)s", x="for zhang"), url="/topics/2", people=[cast.li.id]
    )

    page = sign_in(cast.resident).get("/inbox").text

    assert "for zhang" not in page
    assert "/open" in page


def test_the_newest_stands_first_whatever_its_number(cast):
    tell(people=[cast.zhang.id], key="now")
    with clock.frozen(clock.now() - timedelta(days=40)):
        tell(people=[cast.zhang.id], key="forty days ago")
    tell(people=[cast.zhang.id], key="now, too")

    statement = queries.messages_for(cast.actor("resident"))
    shown = [db.session.get(Message, row.id).key for row in db.session.execute(statement)]

    assert shown == ["now, too", "now", "forty days ago"]


@pytest.mark.both_engines
def test_the_inbox_reads_the_readers_messages_and_not_the_table(cast, engine):
    statement = queries.messages_for(cast.actor("resident")).limit(30)
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    if engine == "sqlite":
        plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))
        steps = [row.detail for row in plan]
    else:  # which would read so few rows whole, if it were let
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        steps = [row[0].strip(" ->") for row in db.session.execute(text(f"EXPLAIN {compiled}"))]

    assert not [step for step in steps if step.startswith(("SCAN", "Seq Scan"))]


def test_getting_the_inbox_marks_nothing_as_read(cast, sign_in):
    tell(people=[cast.zhang.id])

    sign_in(cast.resident).get("/inbox")
    sign_in(cast.resident).get("/inbox?show=all")

    assert queries.unread_count(cast.actor("resident")) == 1


def test_opening_a_message_marks_it_read_and_goes_to_its_page(cast, sign_in):
    tell(people=[cast.zhang.id], url="/topics/7")
    message = db.session.scalars(select(Message)).one()

    answer = sign_in(cast.resident).post(f"/inbox/{message.id}/open")

    assert (answer.status_code, answer.location) == (303, "/topics/7")
    assert queries.unread_count(cast.actor("resident")) == 0


def test_opening_twice_keeps_the_first_moment(cast, sign_in):
    tell(people=[cast.zhang.id])
    message = db.session.scalars(select(Message)).one()
    reader = sign_in(cast.resident)
    reader.post(f"/inbox/{message.id}/read")
    db.session.refresh(message)
    first = message.read_at

    assert reader.post(f"/inbox/{message.id}/read").status_code == 303
    db.session.refresh(message)
    assert message.read_at == first


def test_somebody_elses_message_is_not_there(cast, sign_in):
    tell(people=[cast.zhang.id])
    message_id = db.session.scalars(select(Message.id)).one()
    other = sign_in(cast.other_resident)

    assert other.post(f"/inbox/{message_id}/open").status_code == 404
    assert other.post(f"/inbox/{message_id}/read").status_code == 404
    assert queries.unread_count(cast.actor("resident")) == 1


def test_everything_is_marked_read_at_once_for_the_reader_alone(cast, sign_in):
    tell(people=[cast.zhang.id, cast.li.id])
    tell(people=[cast.zhang.id], key="topic:1:step:2")

    sign_in(cast.resident).post("/inbox/read-all")

    assert queries.unread_count(cast.actor("resident")) == 0
    assert queries.unread_count(cast.actor("other_resident")) == 1


def test_read_messages_are_listed_under_all_only(cast, sign_in):
    tell(people=[cast.zhang.id])
    reader = sign_in(cast.resident)
    reader.post("/inbox/read-all")

    assert "/open" not in reader.get("/inbox").text
    assert "/open" in reader.get("/inbox?show=all").text


@pytest.mark.both_engines
def test_the_count_in_the_bar_is_asked_in_one_query_however_many(cast, counted):
    for number in range(30):
        tell(people=[cast.zhang.id], key=f"key:{number}")
    reader = cast.actor("resident")

    with counted() as sent:
        assert queries.unread_count(reader) == 30

    assert len(sent) == 1


@pytest.mark.both_engines
def test_telling_a_whole_assembly_takes_one_statement(cast, counted):
    people = [person.id for person in (cast.zhang, cast.li, cast.wang, cast.zhao, cast.chen)]

    with counted() as sent:
        services.tell(key="key", text=Phrase("Unread"), url="/inbox", people=people)

    assert len(sent) == 1
