"""Every address that a form can leave in the address bar leads back to a page when it is loaded anew."""

import pytest
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.core import clock
from app.core.db import db
from app.meetings.models.attendance import Invitation
from tests.house import things
from tests.house.test_scope import thing


@pytest.fixture
def only_forms(app, made):
    """Addresses that take a POST and show no page, of things that are there."""
    addresses = app.url_map.bind("localhost")

    def shows_a_page(address):
        try:
            addresses.match(address, method="GET")
        except HTTPException:
            return False
        return True

    posts = {
        addresses.build(
            rule.endpoint,
            {name: thing(made, rule.endpoint, name) for name in rule.arguments},
            method="POST",
        )
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
    }
    return sorted(address for address in posts if not shows_a_page(address))


@pytest.fixture
def reader(cast, sign_in, client):
    return lambda who: sign_in(getattr(cast, who)) if who else client


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("who", "opens"),
    [("staff", {200}), ("resident", {200, 404}), ("admin", {200, 404}), (None, {200})],
)
def test_it_leads_to_a_page_that_opens(only_forms, reader, who, opens):
    browser = reader(who)
    wrong = []
    with clock.frozen(things.NOW):
        for address in only_forms:
            answer = browser.get(address, follow_redirects=True)
            answer.close()
            if answer.status_code not in opens or not answer.history:
                wrong.append((address, answer.request.path, answer.status_code))
    assert len(only_forms) > 70
    assert wrong == []


def test_a_refused_entry_in_the_console_leads_back_to_the_console(made, cast, sign_in):
    reader, meeting = sign_in(cast.host), made["meeting_id"]
    console, address = f"/meetings/{meeting}/console", f"/meetings/{meeting}/late-items"
    with clock.frozen(things.NOW):
        # Refused a second time it comes from its own address.
        for came_from in (console, address):
            there = f"http://localhost{came_from}"
            assert reader.post(address, data={}, headers={"Referer": there}).status_code == 422
        assert reader.get(address).location == console


def test_a_refused_reply_leads_back_although_others_have_a_page_there(made, cast, sign_in):
    reader, page = sign_in(cast.resident), f"/meetings/{made['meeting_id']}"
    invitation = db.session.scalars(
        select(Invitation.id).where(Invitation.person_id == cast.resident.person_id)
    ).first()
    address = f"/meetings/invitations/{invitation}/reply"
    form = {"answer": "declined", "reason": "长" * 3000}
    referrer = {"Referer": f"http://localhost{page}"}
    with clock.frozen(things.NOW):
        assert reader.get(address).status_code == 403
        assert reader.post(address, data=form, headers=referrer).status_code == 422
        assert reader.get(address).location == page


def test_other_methods_are_refused_as_before(cast, sign_in):
    assert sign_in(cast.staff).put("/sign-out").status_code == 405
    assert sign_in(cast.staff).get("/sign-out").status_code == 303
