"""A form that makes something makes it once: each is opened, filled in and sent twice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import sqlalchemy as sa

from app.conventions import forms as conventions
from app.conventions.models import ConventionKind
from app.conventions.queries.texts import version_of
from app.conventions.services import drafting as convention_services
from app.core import clock
from app.core.db import db
from app.core.forms import CreatingForm
from app.meetings import forms as meetings
from app.meetings.services import minutes as meeting_services
from app.notices import forms as notices
from app.people import forms as people
from app.platforms import forms as forms_there
from app.platforms.models import Platform
from app.points import forms as points
from app.rewards import forms as rewards
from app.tasks import forms as resolutions
from app.topics import forms
from tests.house import things
from tests.meetings import given as given_meetings
from tests.resolutions import given as given_resolutions

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = things.NOW.date()
KEY = re.compile(r'name="([\w-]*form_key)"[^>]*value="([0-9a-f]{32})"')


class Sending(NamedTuple):
    """Who opens which page and sends what to which address (the page's own if none is said)."""

    who: str
    page: str
    filled: dict[str, Any]
    address: str = ""


CASES: dict[type[CreatingForm], Callable[[things.Things, Any], Sending]] = {
    forms.NewTopicForm: lambda _made, _cast: Sending(
        "resident", "/topics/new", {"title": "楼道灯不亮"}
    ),
    forms.EntryForm: lambda _made, cast: Sending(
        "staff",
        "/topics/enter",
        {"title": "井盖松动", "source": "opinion_point", "author_id": cast.li.id},
    ),
    forms_there.NewPlatformForm: lambda _made, cast: Sending(
        "staff",
        "/platforms/new?kind=courtyard",
        {
            "name": "2栋坝坝会",
            "kind": "courtyard",
            "place_id": cast.building.id,
            "venue": "2栋坝子",
            "opened_on": TODAY,
        },
    ),
    meetings.NewMeetingForm: lambda made, cast: Sending(
        "staff",
        f"/meetings/new?platform={made['platform_id']}",
        {
            "title": "十二月议事会",
            "starts_at": f"{TODAY + timedelta(days=20)}T19:30",
            "venue": "议事角",
            "composition": "invited",
            "host_id": cast.host.id,
        },
    ),
    meetings.NewItemForm: lambda _made, cast: Sending(
        "staff",
        f"/meetings/{given_meetings.draft(cast, on=_elsewhere(cast)).id}/items/new",
        {"title": "停车收费", "kind": "discussion", "planned": 15},
    ),
    meetings.LateItemForm: lambda made, _cast: Sending(
        "host",
        f"/meetings/{made['meeting_id']}/console",
        {"late-title": "路灯", "late-kind": "discussion", "late-planned": 10},
        f"/meetings/{made['meeting_id']}/late-items",
    ),
    meetings.CorrectionForm: lambda made, cast: Sending(
        "host",
        f"/meetings/{_confirmed(made, cast)}/minutes",
        {"text": "第三行应为三十元。"},
        f"/meetings/{_confirmed(made, cast)}/minutes/corrections",
    ),
    rewards.NewItemForm: lambda _made, _cast: Sending(
        "staff", "/rewards/new", {"kind": "goods", "name": "大米", "points": 40, "stock": 5}
    ),
    rewards.StockForm: lambda made, _cast: Sending(
        "staff",
        f"/rewards/{made['rewards.item_id']}",
        {"change": 12, "reason": "到货"},
        f"/rewards/{made['rewards.item_id']}/stock",
    ),
    points.NewRuleForm: lambda _made, _cast: Sending(
        "street_officer",
        "/points/rules/new",
        {
            "name": "楼道清扫",
            "points": 3,
            "effective_from": TODAY + timedelta(days=30),
            "source": "居民代表会议",
            "category": "volunteering",
            "basis": "per_time",
        },
    ),
    points.NoticeForm: lambda _made, _cast: Sending(
        "staff", "/points/notice", {"title": "积分公示", "body": "张*国 5分", "contact": "居委会"}
    ),
    notices.NoticeForm: lambda _made, _cast: Sending(
        "staff",
        "/notices/new",
        {"title": "十月收支", "body": "收支相抵。", "contact": "居委会"},
    ),
    notices.ObjectionForm: lambda made, _cast: Sending(
        "other_resident", f"/notices/{made['notice_id']}/object", {"text": "请公开发票。"}
    ),
    notices.ProxyObjectionForm: lambda made, _cast: Sending(
        "staff",
        f"/notices/{made['notice_id']}/objections/new",
        {"text": "请公开合同。", "name": "刘老师", "received_on": TODAY},
    ),
    conventions.DraftForm: lambda _made, cast: Sending(
        "staff",
        "/conventions/new",
        {"kind": "convention", "place": cast.estate.id, "title": "桂花苑养犬公约"},
        "/conventions",
    ),
    conventions.NewClauseForm: lambda _made, cast: _clause(cast),
    conventions.OpinionForm: lambda made, _cast: _opinion(
        made, "other_resident", {"text": "写上充电桩"}
    ),
    conventions.EnteredOpinionForm: lambda made, _cast: _opinion(
        made, "staff", {"text": "写上养犬", "name": "王奶奶"}
    ),
    resolutions.DraftsForm: lambda made, _cast: Sending(
        "staff",
        f"/tasks/new/resolution/{made['resolution_id']}",
        {"rows-0-title": "接电"} | {f"rows-{row}-difficulty": "ordinary" for row in range(3)},
    ),
    people.NewPersonForm: lambda _made, _cast: Sending(
        "staff", "/people/new", {"name": "钱多多", "phone": "13500001111"}
    ),
    people.NewUnitForm: lambda _made, _cast: Sending(
        "staff", "/people/units/new", {"name": "菜鸟驿站", "kind": "stationed"}
    ),
    people.AppointmentForm: lambda _made, cast: Sending(
        "staff",
        f"/people/appointments/new?person={cast.li.id}",
        {"kind": "household_liaison", "place_id": cast.building.id, "since": TODAY},
    ),
}


def _elsewhere(cast) -> Platform:
    return given_meetings.platform(cast, name="红色议事亭")


def _confirmed(made, cast) -> int:
    """A meeting that is over, its minutes confirmed."""
    if "confirmed" not in made:
        meeting = given_resolutions.matter(cast, title="井盖").meeting
        meeting_services.confirm_minutes(cast.actor("host"), meeting)
        made["confirmed"] = meeting.id
    return made["confirmed"]


def _clause(cast) -> Sending:
    convention = convention_services.draft(
        cast.actor("staff"),
        place=cast.estate,
        community=cast.community,
        kind=ConventionKind.CONVENTION,
        title="楼道公约",
        preamble="",
        legal_basis="",
    )
    page = f"/conventions/versions/{version_of(convention.id, 1).id}/clauses"
    return Sending("staff", f"{page}/new", {"text": "楼道不放杂物。"}, page)


def _opinion(made, who, filled) -> Sending:
    page = f"/conventions/{made['convention_id']}/versions/{made['number']}"
    return Sending(who, page, filled, f"{page}/opinions")


def counts() -> dict[str, int]:
    """The rows of every table."""
    return {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in db.metadata.sorted_tables
    }


def errors(answer) -> list[str]:
    return re.findall(r'field-error" id="([^"]*)"', answer.get_data(as_text=True))


def every_form() -> set[type[CreatingForm]]:
    found, waiting = set(), [CreatingForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            found.add(form)
            waiting.append(form)
    return found


def test_every_form_that_makes_something_is_tried_here():
    assert every_form() == set(CASES)


@pytest.mark.parametrize("form", CASES, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_a_form_sent_twice_makes_its_thing_once(made, cast, sign_in, form):
    with clock.frozen(things.NOW):
        sending = CASES[form](made, cast)
        db.session.commit()
        client = sign_in(getattr(cast, sending.who))
        page = client.get(sending.page)
        assert page.status_code == 200
        # A page may have several such forms; each key stands in its own.
        keys = dict(KEY.findall(page.get_data(as_text=True)))
        assert keys, "the page carries no key"
        sent = {**sending.filled, **keys}
        before = counts()
        first = client.post(sending.address or sending.page, data=sent)
        after = counts()
        second = client.post(sending.address or sending.page, data=sent)
    assert (first.status_code, second.status_code) == (303, 303), errors(first)
    assert first.location == second.location
    assert after["sent_form"] == before["sent_form"] + 1
    assert counts() == after


def test_a_form_that_was_refused_can_be_sent_again(cast, sign_in):
    client = sign_in(cast.resident)
    key = {"form_key": "0" * 32}
    assert client.post("/topics/new", data={"title": "", **key}).status_code == 422
    assert client.post("/topics/new", data={"title": "路灯不亮", **key}).status_code == 303


def test_another_user_with_the_same_key_makes_their_own(cast, sign_in):
    """A key is drawn at random; a user who copies one neither sees nor loses anything by it."""
    sent = {"title": "路灯不亮", "form_key": "a" * 32, "draft": "1"}
    place = sign_in(cast.resident).post("/topics/new", data=sent).location
    other = sign_in(cast.other_resident)
    theirs = other.post("/topics/new", data=sent).location
    assert theirs != place
    assert other.get(theirs).status_code == 200
    assert other.get(place).status_code == 404


def test_the_key_of_another_form_is_a_key_of_its_own(cast, sign_in):
    client, key = sign_in(cast.staff), {"form_key": "b" * 32}
    unit = client.post("/people/units/new", data={"name": "菜鸟驿站", "kind": "stationed", **key})
    topic = client.post(
        "/topics/enter",
        data={"title": "井盖松动", "source": "opinion_point", "author_id": cast.li.id, **key},
    )
    assert (unit.status_code, topic.status_code) == (303, 303)
    assert topic.location.startswith("/topics/")
