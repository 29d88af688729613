"""The audit trail: of one's own places, and of nobody else's."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.audit import services as audit
from app.core import clock
from app.core.db import db
from app.people.models import AppointmentKind
from app.people.services import appoint

ACTS = re.compile(r">(test\.\w+)<")


@pytest.fixture
def acts(cast):
    """One act at each level: at the city, in the street, in each of the communities, and one of
    the system that belongs to no place."""
    for name, path in (
        ("city", cast.city.path), ("street", cast.street.path), ("own", cast.community.path),
        ("building", cast.building.path), ("neighbour", cast.neighbour.path), ("nowhere", ""),
    ):  # fmt: skip
        audit.record(cast.actor("staff"), f"test.{name}", kind="test", id=1, path=path)
    db.session.commit()


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("oversight", {"own", "building"}),
        ("street_officer", {"street", "own", "building", "neighbour"}),
        ("admin", {"city", "street", "own", "building", "neighbour"}),
    ],
)
def test_one_sees_the_acts_of_ones_own_places(cast, sign_in, name, seen):
    page = sign_in(getattr(cast, name)).get("/audit").text
    assert {act.removeprefix("test.") for act in ACTS.findall(page)} - {"nowhere"} == seen


@pytest.mark.parametrize(
    "name", ["staff", "host", "grid_worker", "unit_contact", "resident", "neighbour_staff"]
)
def test_others_are_refused(cast, sign_in, name):
    assert sign_in(getattr(cast, name)).get("/audit").status_code == 403


@pytest.mark.usefixtures("acts")
def test_it_is_narrowed_by_who_and_what(cast, sign_in):
    client = sign_in(cast.admin)
    audit.record(
        cast.actor("staff"),
        "topic.raise",
        kind="topic",
        id=1,
        path=cast.community.path,
        title="积水",
    )
    db.session.commit()
    topics = client.get("/audit?q=陈社工&kind=topics").text
    assert ACTS.findall(topics) == []
    assert "提出议题" in topics
    assert "积水" in topics
    assert ACTS.findall(client.get("/audit?q=没有这个人").text) == []
    assert ACTS.findall(client.get("/audit?since=2199-01-01").text) == []
    assert client.get("/audit?kind=%25").status_code == 200
    assert client.get("/audit?since=gestern&page=-1").status_code == 200


@pytest.mark.usefixtures("acts")
def test_nothing_on_it_can_be_changed(cast, sign_in):
    client = sign_in(cast.admin)
    for act in (client.post, client.put, client.delete):
        assert act("/audit").status_code == 405


def test_an_entry_names_what_it_is_about_and_leads_there(cast, sign_in):
    for name in ("zhang", "li"):
        person = getattr(cast, name)
        audit.record(
            cast.actor("staff"), "person.unmask", kind="person", id=person.id,
            path=cast.community.path, reason="回访",
        )  # fmt: skip
    db.session.commit()
    page = sign_in(cast.street_officer).get("/audit").text
    assert f'<a href="/people/{cast.zhang.id}">张建国</a>' in page
    masked = sign_in(cast.oversight).get("/audit").text
    assert "张*国" in masked
    assert "张建国" not in masked
    assert f"/people/{cast.zhang.id}" not in masked


@pytest.mark.usefixtures("acts")
def test_it_is_narrowed_to_some_days(cast, sign_in):
    client = sign_in(cast.admin)
    today = clock.today().isoformat()
    assert ACTS.findall(client.get(f"/audit?since={today}&until={today}").text)
    assert not ACTS.findall(client.get("/audit?until=2020-01-01").text)


def test_whoever_checks_in_is_named_beside_the_meeting(enter):
    page = enter("oversight").get("/audit?kind=meetings&q=李建华").text
    assert re.search(r'会议签到</td>\s*<td[^>]*><a href="/meetings/\d+">[\d-]+</a> · .\*', page)


def test_what_belongs_to_something_else_leads_to_that(cast, sign_in):
    office = appoint(
        cast.actor("staff"), person=cast.li, kind=AppointmentKind.BUILDING_HEAD,
        place=cast.building, since=clock.today(),
    )  # fmt: skip
    db.session.commit()
    page = sign_in(cast.street_officer).get("/audit?kind=people").text
    assert f'<a href="/people/{office.person_id}">{cast.li.name}</a>' in page


def test_steps_and_clauses_lead_to_their_convention(enter):
    page = enter("oversight").get("/audit?kind=conventions").text
    found = re.findall(r"<a href=\"/conventions/\d+\">([^<]+)</a>", page)
    assert len(set(found)) > 2


def test_the_newest_stands_first_whenever_it_was_written(cast, sign_in):
    for act, day in (("test.late", clock.today()), ("test.early", date(2026, 1, 5))):
        with clock.frozen(clock.at(day, 9)):
            audit.record(cast.actor("staff"), act, kind="test", id=1, path=cast.community.path)
    db.session.commit()
    assert ACTS.findall(sign_in(cast.admin).get("/audit?kind=").text) == ["test.late", "test.early"]


def test_details_say_how_many_and_are_short_and_said_once(cast, sign_in):
    audit.record(
        cast.actor("staff"), "points.request", kind="award", id=None, path=cast.community.path,
        awards=[1, 2, 3], points=15, text="长" * 500,
    )  # fmt: skip
    audit.record(
        cast.actor("staff"), "unit.correct", kind="unit", id=cast.property_firm.id,
        path=cast.community.path, name=cast.property_firm.name,
    )  # fmt: skip
    db.session.commit()
    page = sign_in(cast.admin).get("/audit").text
    assert f">{'长' * 80}… · 3笔积分 · 15分<" in page
    assert page.count(cast.property_firm.name) == 1
