"""The audit trail: of one's own places, and of nobody else's."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.audit import services as audit
from app.conventions.models import ConventionKind
from app.conventions.services import drafting as conventions
from app.core import clock
from app.core.db import db
from app.notices import services as notices
from app.notices.models import NoticeKind
from app.people.models import AppointmentKind
from app.people.services.appointments import appoint
from app.topics.services import topics

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


@pytest.mark.both_engines
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


@pytest.mark.both_engines
def test_a_topic_that_only_its_author_reads_is_named_without_a_link(cast, sign_in):
    kept, submitted = (
        topics.raise_topic(
            cast.actor("resident"),
            community_id=cast.community.id,
            title=title,
            body="楼道灯不亮。",
            author_id=cast.resident.person_id,
        )
        for title in ("楼道灯", "门前灯")
    )
    topics.submit(cast.actor("resident"), submitted)
    db.session.commit()
    client = sign_in(cast.street_officer)
    page = client.get("/audit").text
    assert kept.number in page
    assert f"/topics/{kept.id}" not in page
    assert client.get(f"/topics/{kept.id}").status_code == 404
    assert f'<a href="/topics/{submitted.id}">{submitted.number}</a>' in page
    assert client.get(f"/topics/{submitted.id}").status_code == 200


@pytest.mark.usefixtures("acts")
def test_it_is_narrowed_to_some_days(cast, sign_in):
    client = sign_in(cast.admin)
    today = clock.today().isoformat()
    assert ACTS.findall(client.get(f"/audit?since={today}&until={today}").text)
    assert not ACTS.findall(client.get("/audit?until=2020-01-01").text)


@pytest.mark.both_engines
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
    page = enter("street").get("/audit?kind=conventions").text
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


def _objection(cast, by, **whose):
    """What a member of the cast objects to, in the trail."""
    notice = notices.publish(
        cast.actor("staff"), community_id=cast.community.id, kind=NoticeKind.AFFAIRS, title="收支",
        contact="居委会", body="支出一百元。",
    )  # fmt: skip
    objection = notices.object_to(cast.actor(by), notice, text="请写明用途。", **whose)
    db.session.commit()
    return notice, objection


def _doers(page):
    return re.findall(r'data-label="操作人">([^<]*)</td>', page)


@pytest.mark.usefixtures("acts")
def test_a_resident_who_acts_is_masked_as_whom_it_is_about(cast, sign_in):
    for name in ("resident", "host"):
        user = getattr(cast, name)
        audit.record(
            cast.actor(name), "session.sign_in", kind="user", id=user.id, path=cast.community.path
        )
    db.session.commit()
    masked = sign_in(cast.oversight).get("/audit?kind=accounts").text
    assert set(_doers(masked)) == {"张*国", "林主持"}
    assert "张建国" not in masked
    assert set(_doers(sign_in(cast.street_officer).get("/audit?kind=accounts").text)) == {
        "张建国",
        "林主持",
    }


@pytest.mark.both_engines
@pytest.mark.parametrize("name", ["resident", "host"])
def test_who_objected_is_for_those_who_answer(cast, sign_in, name):
    _objection(cast, name)
    user = getattr(cast, name)
    seen, hidden = cast.street_officer, (cast.oversight, cast.admin)
    assert _doers(sign_in(seen).get("/audit?kind=notices").text) == [user.name, "陈社工"]
    for reader in hidden:
        client = sign_in(reader)
        assert _doers(client.get("/audit?kind=notices").text) == ["居民", "陈社工"]
        assert _doers(client.get(f"/audit?kind=notices&q={user.name}").text) == []


@pytest.mark.both_engines
@pytest.mark.parametrize("of_a_resident", [True, False])
def test_who_enters_an_objection_for_somebody_is_named(cast, sign_in, of_a_resident):
    _objection(cast, "staff", **({"person_id": cast.li.id} if of_a_resident else {"name": "某某"}))
    page = sign_in(cast.oversight).get("/audit?kind=notices&q=陈社工").text
    assert _doers(page) == ["陈社工", "陈社工"]


def test_where_an_objection_came_from_is_not_told_either(cast, sign_in):
    before = audit.address.set("192.0.2.77")
    _objection(cast, "resident")
    audit.address.reset(before)
    page = sign_in(cast.oversight).get("/audit?kind=notices").text
    assert page.count("192.0.2.77") == 1  # who published it


@pytest.mark.parametrize(("upheld", "outcome"), [(True, "异议成立"), (False, "异议不成立")])
def test_an_answer_names_its_notice_and_what_came_of_it(cast, sign_in, upheld, outcome):
    notice, objection = _objection(cast, "resident")
    notices.answer_objection(cast.actor("staff"), objection, answer="已核实。", upheld=upheld)
    db.session.commit()
    page = sign_in(cast.oversight).get("/audit?kind=notices").text
    link = f'<a href="/notices/{notice.id}">{notice.number}</a>'
    assert re.search(rf"答复异议</td>\s*<td[^>]*>{link}</td>\s*<td[^>]*>{outcome}</td>", page)


@pytest.mark.both_engines
def test_the_trail_asks_no_more_for_more_rows(cast, sign_in, count_queries):
    client = sign_in(cast.oversight)
    _objection(cast, "resident")
    few = count_queries(lambda: client.get("/audit"))
    _objection(cast, "other_resident")
    assert count_queries(lambda: client.get("/audit")) == few


def test_a_draft_of_a_convention_is_no_link_for_those_who_cannot_open_it(cast, sign_in):
    made = conventions.draft(
        cast.actor("staff"), place=cast.community, community=cast.community,
        kind=ConventionKind.CONVENTION, title="楼道公约", preamble="", legal_basis="",
    )  # fmt: skip
    db.session.commit()
    link = f'href="/conventions/{made.id}"'
    page = sign_in(cast.oversight).get("/audit").text
    assert "楼道公约" in page
    assert link not in page
    assert link in sign_in(cast.street_officer).get("/audit").text
