"""The account of a person who works here is tied to their own entry among the residents."""

import pytest

from app.accounts.queries.sessions import actor_of
from app.accounts.services import users as services
from app.audit.models import AuditEntry
from app.core.db import db
from app.core.errors import Refused
from app.core.masking import masked_username


def page_of(user):
    return f"/accounts/{user.id}/person"


def test_it_is_found_by_the_accounts_own_name(cast, sign_in):
    cast.staff.name = "李秀英"
    db.session.commit()
    page = sign_in(cast.street_officer).get(page_of(cast.staff)).get_data(as_text=True)
    assert f'value="{cast.li.id}"' in page


def test_without_script_the_list_is_asked_for_by_a_button(cast, sign_in):
    sent = {"person_id_search": "王芳", "find": "person_id"}
    answer = sign_in(cast.street_officer).post(page_of(cast.staff), data=sent)
    assert answer.status_code == 200
    assert f'value="{cast.wang.id}"' in answer.get_data(as_text=True)


def test_who_is_tied_acts_as_that_person(cast, sign_in):
    sent = {"person_id": cast.wang.id, "person_id_search": "王芳"}
    answer = sign_in(cast.street_officer).post(page_of(cast.staff), data=sent)
    assert answer.status_code == 303
    assert actor_of(cast.staff).person_id == cast.wang.id
    entry = db.session.query(AuditEntry).filter_by(action="user.link").one()
    assert entry.detail["person"] == cast.wang.id


def test_nobody_is_chosen(cast, sign_in):
    answer = sign_in(cast.street_officer).post(page_of(cast.staff), data={})
    assert answer.status_code == 422
    assert "person_id-error" in answer.get_data(as_text=True)


@pytest.mark.parametrize("user", ["street_officer", "resident"])
def test_neither_ones_own_account_nor_a_residents(cast, user):
    with pytest.raises(Refused):
        services.link_person(cast.actor("street_officer"), getattr(cast, user), cast.chen)


def test_one_person_has_one_account(cast, sign_in):
    sent = {"person_id": cast.zhang.id, "person_id_search": "张建国"}
    answer = sign_in(cast.street_officer).post(page_of(cast.staff), data=sent)
    assert answer.status_code == 422
    assert "person_id-error" in answer.get_data(as_text=True)


def test_a_telephone_number_as_username_is_not_shown(cast, sign_in):
    cast.resident.username = "13800001234"
    db.session.commit()
    client = sign_in(cast.street_officer)
    for page in ("/accounts", f"/people/{cast.zhang.id}", f"/accounts/{cast.resident.id}"):
        assert "13800001234" not in client.get(page).get_data(as_text=True)
    assert masked_username("13800001234") == "138****1234"
    assert masked_username("zhang.01") == "zhang.01"
