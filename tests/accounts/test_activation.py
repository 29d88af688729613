import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import codes
from app.accounts.models import Activation, RoleGrant, User
from app.accounts.queries import activation, roles
from app.accounts.services import activation as activation_services
from app.core import clock
from app.core.access import Role
from app.core.addresses import opens_here_only
from app.core.db import db
from app.core.errors import Refused
from app.people.services import persons

NEW = "Guihua-2026"


@pytest.fixture
def code(cast):
    _slip, code = activation_services.issue_activation(cast.actor("staff"), cast.wang)
    db.session.commit()
    return code


def activate(client, code, username="", password=NEW, **changes):
    form = {"code": code, "username": username, "password": password, "repeat": password, **changes}
    return client.post("/activate", data=form)


def account(person):
    return db.session.scalar(select(User).where(User.person_id == person.id))


def test_the_printed_slip_carries_code_and_picture(sign_in, cast):
    page = sign_in(cast.staff).post(f"/accounts/slips/person/{cast.wang.id}")
    assert page.status_code == 200
    code = re.search(r"[34679A-Y]{4}-[34679A-Y]{4}-[34679A-Y]{4}", page.text).group()
    assert "<svg" in page.text
    assert "王芳" in page.text
    slip = db.session.scalar(select(Activation))
    assert slip.code_hash == codes.digest(code)
    assert slip.expires_at - slip.created_at == timedelta(days=30)


def test_the_slip_leads_to_the_site_that_people_reach(sign_in, cast, app, monkeypatch):
    client = sign_in(cast.staff)
    assert "http://localhost/activate" in client.post(f"/accounts/slips/person/{cast.wang.id}").text
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://linli.example")
    page = client.post(f"/accounts/slips/person/{cast.wang.id}").text
    assert "https://linli.example/activate" in page
    assert "localhost" not in page


@pytest.mark.parametrize(
    "page", ["/people/{0.wang.id}", "/people/households/{0.other_building.id}"]
)
def test_before_slips_that_no_phone_can_open_are_printed_the_page_says_so(
    sign_in, cast, app, monkeypatch, page
):
    client, page, said = sign_in(cast.staff), page.format(cast), "手机打不开"
    assert said in client.get(page).text
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://linli.example")
    assert said not in client.get(page).text
    monkeypatch.setitem(app.config, "PUBLIC_URL", "http://[::1]:8000")
    assert said in client.get(page).text


@pytest.mark.parametrize(
    ("host", "here_only"),
    [
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("linli.example", False),
        ("192.168.1.5:8000", False),
    ],
)
def test_an_address_of_the_machine_itself_opens_there_only(app, host, here_only):
    with app.test_request_context(base_url=f"http://{host}"):
        assert opens_here_only() is here_only


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
    ],
    ids=["as printed", "small", "in one", "with spaces"],
)
def test_a_resident_makes_an_account(client, cast, code, write):
    page = client.get("/activate", query_string={"code": write(code)}).text
    assert "王*" in page
    assert "不能包含用户名" in page
    answer = activate(client, write(code))
    assert (answer.status_code, answer.location) == (303, "/")
    user = account(cast.wang)
    assert (user.username, user.name, user.community_id) == (
        "13700002468",
        "王芳",
        cast.community.id,
    )
    [given] = roles.grants_of([user.id])[user.id]
    assert (given.role, given.place_id) == (Role.RESIDENT, cast.community.id)
    assert client.get("/me").status_code == 200
    client.post("/sign-out")
    assert (
        client.post("/sign-in", data={"username": "13700002468", "password": NEW}).status_code
        == 303
    )


def test_one_may_choose_a_username(client, cast, code):
    activate(client, code, "王芳2026")
    assert account(cast.wang).username == "王芳2026"


def test_of_two_with_one_telephone_the_second_signs_in_with_the_number(client, cast, code):
    cast.zhao.phone = cast.wang.phone
    _slip, second = activation_services.issue_activation(cast.actor("staff"), cast.zhao)
    db.session.commit()
    activate(client, code)
    activate(client, second)
    assert account(cast.zhao).username == cast.zhao.code.casefold()


def test_a_code_is_good_for_one_use(client, code):
    activate(client, code)
    answer = activate(client, code, "other", "Other-2026")
    assert answer.status_code == 422
    assert "开通码无效" in answer.text
    assert client.get("/activate", query_string={"code": code}).status_code == 404


def test_a_code_expires_after_thirty_days(client, code):
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert activate(client, code).status_code == 422
    with clock.frozen(clock.now() + timedelta(days=29, hours=23)):
        assert activate(client, code).status_code == 303


def test_a_new_slip_makes_the_old_one_void(client, cast, code):
    _slip, newer = activation_services.issue_activation(cast.actor("staff"), cast.wang)
    db.session.commit()
    assert activate(client, code).status_code == 422
    assert activate(client, newer).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"code": ""}, {"code": "AAAA-AAAA-AAAA"}, {"code": "x" * 10_000}, {"code": "𠮷" * 12},
        {"password": "weak", "repeat": "weak"}, {"repeat": "Different-1"},
        {"username": "staff"}, {"username": "a b"}, {"username": "x" * 61},
    ],
)  # fmt: skip
def test_with_anything_wrong_no_account_is_made_and_the_code_stays_good(client, cast, code, form):
    assert activate(client, **{"code": code, **form}).status_code == 422
    assert account(cast.wang) is None
    assert activate(client, code).status_code == 303


@pytest.mark.parametrize("code", ["", "x", "x" * 5000, "%00", "AAAA-AAAA-AAAA", "桂花"])
def test_guessed_codes_lead_nowhere(client, code):
    assert client.get(f"/activate?code={code}").status_code in {200, 404}


def test_whoever_forgot_the_password_gets_a_slip_and_keeps_the_username(client, cast):
    _slip, code = activation_services.issue_activation(cast.actor("staff"), cast.zhang)
    db.session.commit()
    version = cast.resident.session_version
    assert "resident" in client.get("/activate", query_string={"code": code}).text
    assert activate(client, code, "ignored").status_code == 303
    assert (cast.resident.username, cast.resident.session_version) == ("resident", version + 1)
    assert len(roles.grants_of([cast.resident.id])[cast.resident.id]) == 1


def test_no_slip_hands_over_an_account_that_has_other_roles(sign_in, cast):
    db.session.add(RoleGrant(user_id=cast.resident.id, role=Role.HOST, place_id=cast.community.id))
    db.session.commit()
    answer = sign_in(cast.staff).post(f"/accounts/slips/person/{cast.zhang.id}")
    assert answer.status_code == 409
    assert "还有其他角色" in answer.text


def test_a_slip_printed_before_the_other_role_was_given_does_not_hand_it_over_either(client, cast):
    _slip, code = activation_services.issue_activation(cast.actor("staff"), cast.zhang)
    db.session.add(RoleGrant(user_id=cast.resident.id, role=Role.HOST, place_id=cast.community.id))
    db.session.commit()
    assert activate(client, code).status_code == 422


def test_who_moved_out_or_was_closed_gets_none_and_can_use_none(client, cast, code):
    persons.move_out(cast.actor("staff"), cast.wang, on=clock.today())
    db.session.commit()
    assert activate(client, code).status_code == 422
    with pytest.raises(Refused):
        activation_services.issue_activation(cast.actor("staff"), cast.wang)
    cast.resident.disabled_at = clock.now()
    with pytest.raises(Refused):
        activation_services.issue_activation(cast.actor("staff"), cast.zhang)


def test_a_child_under_fourteen_gets_no_slip(sign_in, cast):
    client = sign_in(cast.staff)
    cast.wang.born_on = clock.today().replace(year=clock.today().year - 14) + timedelta(days=1)
    db.session.commit()
    assert "监护人" in client.get(f"/people/{cast.wang.id}").text
    assert client.post(f"/accounts/slips/person/{cast.wang.id}").status_code == 409
    assert db.session.scalar(select(Activation)) is None
    cast.wang.born_on -= timedelta(days=1)
    db.session.commit()
    assert client.post(f"/accounts/slips/person/{cast.wang.id}").status_code == 200


def test_who_came_back_activates_again(client, cast, code):
    activate(client, code)
    persons.move_out(cast.actor("staff"), cast.wang, on=clock.today())
    persons.move_back(cast.actor("staff"), cast.wang)
    _slip, again = activation_services.issue_activation(cast.actor("staff"), cast.wang)
    db.session.commit()
    assert activate(client, again).status_code == 303
    assert len(roles.grants_of([account(cast.wang).id])[account(cast.wang).id]) == 1


def test_slips_are_printed_by_staff_of_the_community_only(sign_in, cast):
    assert (
        sign_in(cast.neighbour_staff).post(f"/accounts/slips/person/{cast.wang.id}").status_code
        == 404
    )
    assert (
        sign_in(cast.grid_worker).post(f"/accounts/slips/person/{cast.wang.id}").status_code == 403
    )
    assert sign_in(cast.resident).post(f"/accounts/slips/person/{cast.wang.id}").status_code == 403


def test_first_passwords_and_slips_can_be_typed():
    for _ in range(300):
        assert re.fullmatch(
            r"[34679ACDEFGHJKMNPQRTWXY]{4}(-[34679ACDEFGHJKMNPQRTWXY]{4}){2}", codes.new_slip_code()
        )
        assert re.fullmatch(r"[A-Z]{4}-[a-z]{4}-\d{4}", codes.new_password())


def test_a_whole_building_gets_its_slips_at_once(sign_in, cast):
    cast.chen.born_on = clock.today() - timedelta(days=3650)
    db.session.commit()
    client = sign_in(cast.staff)
    page = f"/accounts/slips/building/{cast.other_building.id}"
    answer = client.post(page)
    assert answer.status_code == 200
    assert "王芳" in answer.text
    assert "赵敏" in answer.text
    assert len(db.session.scalars(select(Activation)).all()) == 2
    # 张建国 and 李秀英 have accounts, 陈志强 is a child today.
    assert "批量打印" not in client.get(f"/people/households/{cast.building.id}").text
    assert client.post(f"/accounts/slips/building/{cast.building.id}").status_code == 409
    assert sign_in(cast.neighbour_staff).post(page).status_code == 404
    assert sign_in(cast.grid_worker).post(page).status_code == 403


def test_slips_already_handed_out_stay_good_unless_new_ones_are_asked_for(sign_in, cast, code):
    client = sign_in(cast.staff)
    building = f"/people/households/{cast.other_building.id}"
    assert "将为 1 位" in client.get(building).text
    slips = f"/accounts/slips/building/{cast.other_building.id}"
    answer = client.post(slips).text
    assert "赵敏" in answer
    assert "王芳" not in answer
    assert activation.open_activation(code)
    page = client.get(building).text
    assert "没有账号的 2 位成年居民持有有效的开通单，打印新单后，原单即行作废。" in page
    assert "批量打印开通单" not in page
    assert "王芳" in client.post(slips, data={"again": 1}).text
    assert activation.open_activation(code) is None


def test_whose_slip_has_expired_is_due_for_one_again(sign_in, cast, code):
    with clock.frozen(clock.now() + timedelta(days=30)):
        answer = sign_in(cast.staff).post(f"/accounts/slips/building/{cast.other_building.id}")
    assert "王芳" in answer.text


@pytest.mark.parametrize("whole_building", [True, False], ids=["of a building", "of one person"])
def test_loading_the_printed_slips_again_voids_none(sign_in, cast, whole_building):
    client = sign_in(cast.staff)
    building, person = cast.other_building.id, cast.wang.id
    page = f"/people/households/{building}" if whole_building else f"/people/{person}"
    slips = "/accounts/slips/" + (f"building/{building}" if whole_building else f"person/{person}")
    [key, *_] = re.findall(r'name="form_key" value="(\w+)"', client.get(page).text)
    form = {"form_key": key, "again": 1}
    assert client.post(slips, data=form).status_code == 200
    issued = db.session.scalars(select(Activation.code_hash)).all()
    answer = client.post(slips, data=form)
    assert (answer.status_code, answer.location) == (303, page)
    assert "已经打印过" in client.get(page).text
    assert db.session.scalars(select(Activation.code_hash)).all() == issued
