"""Today: what waits for whom, late things first, and numbers that lead to what they count."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask import template_rendered
from sqlalchemy import select

from app.accounts.demo_accounts import ACCOUNTS
from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.core.db import db
from app.home import queries
from app.meetings.services import convening, invitations
from app.notices import services as notices
from app.notices.models import Notice
from tests.meetings import given

STAT = re.compile(
    r'<a class="stat[^"]*" href="([^"]+)">\s*<span class="stat-label">([^<]+)</span>'
    r'\s*<span class="stat-value">(\d+)'
)
LINK = re.compile(r'<ul class="list-rows waiting">(.*?)</ul>', re.DOTALL)


def stats(page):
    """{label: (number, address)} of Today's numbers."""
    return {label: (int(n), unescape(href)) for href, label, n in STAT.findall(page)}


def listed(app, client, address):
    """How many the list at this address shows, by the page's own count."""
    seen = {}

    def note(_app, context, **_rest):
        seen.update(context)

    with template_rendered.connected_to(note, app):
        answer = client.get(address)
    assert answer.status_code == 200, address
    if "notices" in seen:
        return seen["notices"].total
    return seen["page"].total


@pytest.mark.slow
@pytest.mark.parametrize("username", ["staff", "street", "host", "grid", "oversight"])
def test_every_number_is_that_of_the_list_it_leads_to(full, enter, username):
    client = enter(username)
    numbers = stats(client.get("/today").text)
    assert numbers
    for label, (number, address) in numbers.items():
        assert listed(full.app, client, address) == number, (label, address)
    if username == "staff":
        assert len(numbers) == 7
        number, _address = numbers.pop("待复核积分")
        assert number == 0  # they asked for them: the street decides
        assert all(number for number, _address in numbers.values()), numbers
    if username == "street":
        assert numbers["待复核积分"][0]


@pytest.mark.slow
@pytest.mark.parametrize("username", list(ACCOUNTS))
def test_whatever_waits_opens_in_one_click(enter, username):
    client = enter(username)
    page = client.get("/today").text
    found = LINK.search(page)
    assert found or username in {"admin", "grid"}, f"nothing waits for {username}"
    if not found:
        return
    for address in re.findall(r'<a [^>]*href="([^"]+)"', found[1]):
        assert client.get(unescape(address)).status_code == 200, address


@pytest.mark.slow
@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("username", list(ACCOUNTS))
def test_late_things_come_first_and_then_by_their_last_day(username):
    user = db.session.scalars(select(User).where(User.username == username)).one()
    things = queries.waiting(actor_of(user))
    order = [(not thing.late, thing.due or date.max) for thing in things]
    assert order == sorted(order)
    if username in {"staff", "unit"}:
        assert things[0].late


def test_everybody_sees_what_lies_in_their_own_places(cast, sign_in, happen):
    happen("staff", cast.zhang, cast.community, "桂花的事")
    happen("neighbour_staff", cast.neighbour_person, cast.neighbour, "梧桐的事")

    own = sign_in(cast.second_staff).get("/today").text
    assert "桂花的事" in own
    assert "梧桐的事" not in own
    assert {n for n, _a in stats(own).values()} == {0, 1}

    other = sign_in(cast.neighbour_staff).get("/today").text
    assert "梧桐的事" in other
    assert "桂花的事" not in other

    street = stats(sign_in(cast.street_officer).get("/today").text)
    assert [n for n, address in street.values() if "approvals" in address] == [2]
    for outsider in (cast.unit_contact, cast.other_resident, cast.neighbour_resident):
        page = sign_in(outsider).get("/today").text
        assert "桂花的事1" not in page
        assert stats(page) == {}


def test_points_that_somebody_asked_for_themselves_are_not_theirs_to_approve(cast, sign_in, happen):
    happen("staff", cast.zhang, cast.community)
    for user, number in ((cast.staff, 0), (cast.second_staff, 1)):
        client = sign_in(user)
        found, address = stats(client.get("/today").text)["待复核积分"]
        assert found == number
        assert client.get(unescape(address)).text.count('name="award"') == number


def test_objections_to_a_withdrawn_notice_wait_for_nobody(cast, sign_in, happen):
    for _each in range(2):
        happen("staff", cast.zhang, cast.community)
    first = db.session.scalars(select(Notice).order_by(Notice.id)).first()
    notices.object_to(cast.actor("staff"), first, person_id=cast.li.id, text="再写明。")
    db.session.commit()
    client, label = sign_in(cast.staff), "待答复异议的公示"
    assert stats(client.get("/today").text)[label][0] == 2  # notices, not objections
    notices.withdraw(cast.actor("staff"), first, reason="写错")
    db.session.commit()
    number, address = stats(client.get("/today").text)[label]
    assert number == 1
    assert first.title not in client.get(address).text


@pytest.mark.parametrize("name", ["unit_contact", "grid_worker"])
def test_who_does_not_work_with_meetings_finds_those_they_are_invited_to(cast, sign_in, name):
    other = given.convened(cast)
    mine = given.council(cast, on=other.platform)
    user = getattr(cast, name)
    staff = cast.actor("staff")
    if name == "unit_contact":
        invitations.invite_units(staff, mine, [cast.property_firm.id])
    else:
        invitations.invite_users(staff, mine, [user.id])
    convening.convene(staff, mine)
    db.session.commit()
    client = sign_in(user)
    page = client.get("/today").text
    assert f'href="/meetings/{mine.id}"' in page
    assert f'href="/meetings/{other.id}"' not in page
    assert client.get(f"/meetings/{mine.id}").status_code == 200
    assert "受邀参加的会议" in page


def test_a_resident_finds_points_and_own_topics(cast, sign_in, happen):
    happen("staff", cast.zhang, cast.community)
    page = sign_in(cast.resident).get("/today").text
    assert "路灯不亮1" in page
    assert "路灯不亮1" not in sign_in(cast.other_resident).get("/today").text


def test_nobody_signed_in_is_sent_to_sign_in_and_the_bare_address_to_the_board(client):
    assert client.get("/today").location.startswith("/sign-in")
    assert client.get("/").location == "/board"


def test_the_bare_address_leads_to_today_once_signed_in(cast, sign_in):
    assert sign_in(cast.staff).get("/").location == "/today"


@pytest.mark.both_engines
@pytest.mark.parametrize("name", ["second_staff", "street_officer", "resident"])
def test_many_things_cost_no_more_queries_than_few(cast, sign_in, happen, count_queries, name):
    for _few in range(2):
        happen("staff", cast.zhang, cast.community)
    client = sign_in(getattr(cast, name))
    client.get("/today")
    few = count_queries(lambda: client.get("/today"))
    for _more in range(6):
        happen("staff", cast.zhang, cast.community)
    assert count_queries(lambda: client.get("/today")) == few
