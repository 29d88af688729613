import pytest
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import RoleGrant, User
from app.accounts.queries.sessions import actor_of
from app.accounts.services import setup as services
from app.audit.models import AuditEntry
from app.core.access import Role
from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.core.settings import data_folder
from app.places.models import Level, Place
from app.places.services import tree as places


@pytest.fixture
def empty(migrated_database, new_app, monkeypatch):
    """An application whose database has its tables and nothing else."""
    before = data_folder()
    application = new_app(migrated_database())
    begin_writing()
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    monkeypatch.setenv("LINLI_DATA", str(before))


def filled(code, **changes):
    return {
        "code": code, "city": "泸州市", "name": "李管理", "username": "Admin", "password": "Guihua-2026",
        "repeat": "Guihua-2026", **changes,
    }  # fmt: skip


def test_every_page_leads_to_the_setup(empty):
    client = empty.test_client()
    for page in ("/sign-in", "/activate", "/activate?code=x"):
        assert client.get(page).location == "/setup"
    assert client.get("/people", follow_redirects=True).request.path == "/setup"
    assert client.get("/healthz").status_code == 200
    assert client.get("/setup").status_code == 200


def test_whoever_has_the_code_makes_the_first_administrator(empty):
    code = services.setup_code()
    client = empty.test_client()
    answer = client.post("/setup", data=filled(code))
    assert (answer.status_code, answer.location) == (303, "/places")
    assert client.get("/places").status_code == 200
    user = db.session.scalars(select(User)).one()
    city = db.session.scalars(select(Place)).one()
    assert (user.username, user.name, city.name, city.level) == (
        "admin",
        "李管理",
        "泸州市",
        Level.CITY,
    )
    assert [(grant.role, grant.path) for grant in actor_of(user).grants] == [
        (Role.ADMIN, city.path)
    ]
    assert user.last_sign_in_at is not None


def test_the_trail_keeps_no_telephone_number_of_theirs(empty):
    client = empty.test_client()
    client.post("/setup", data=filled(services.setup_code(), username="13812345678"))
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "setup"))
    assert entry.detail == {"username": "138****5678"}
    assert "首次启用系统" in client.get("/audit").text


def test_afterwards_the_setup_is_closed(empty):
    code = services.setup_code()
    empty.test_client().post("/setup", data=filled(code))
    visitor = empty.test_client()
    assert visitor.get("/setup").location == "/sign-in"
    assert visitor.post("/setup", data=filled(code, username="second")).status_code == 422
    assert services.setup_code() is None
    assert len(db.session.scalars(select(User)).all()) == 1


def test_the_code_is_kept_only_as_a_digest_and_used_up(empty):
    code = services.setup_code()
    file = data_folder() / "setup_code"
    assert code.replace("-", "") not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    empty.test_client().post("/setup", data=filled(code))
    assert not file.exists()


def test_a_new_code_makes_the_old_one_worthless(empty):
    old = services.setup_code()
    new = services.setup_code()
    client = empty.test_client()
    assert client.post("/setup", data=filled(old)).status_code == 422
    assert client.post("/setup", data=filled(new.lower().replace("-", " "))).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "wrong"}, {"code": ""}, {"password": "short", "repeat": "short"},
        {"repeat": "other"}, {"username": "a b"}, {"username": "x" * 10_000},
        {"name": ""}, {"city": ""}, {"city": "x" * 81},
    ],
)  # fmt: skip
def test_with_anything_wrong_nobody_is_made(empty, changes):
    code = services.setup_code()
    client = empty.test_client()
    assert client.post("/setup", data=filled(code) | changes).status_code == 422
    assert db.session.scalar(select(User.id)) is None
    assert db.session.scalar(select(Place.id)) is None
    assert client.post("/setup", data=filled(code)).status_code == 303  # the code is still good


def test_without_a_code_there_is_no_setup(empty):
    (data_folder() / "setup_code").unlink(missing_ok=True)
    assert empty.test_client().post("/setup", data=filled("")).status_code == 422
    with pytest.raises(Refused):
        services.create_first_administrator(
            code="", name="x", username="xx", password="Guihua-2026", city="x"
        )


def test_the_administrator_reaches_every_city_that_is_there(empty):
    for name in ("泸州市", "内江市"):
        places.add(None, parent=None, level=Level.CITY, name=name)
    db.session.commit()
    code = services.setup_code()
    assert empty.test_client().post("/setup", data=filled(code, city="")).status_code == 303
    assert len(db.session.scalars(select(RoleGrant)).all()) == 2


def test_nothing_is_held_while_the_password_is_hashed(empty, monkeypatch):
    code, held = services.setup_code(), []
    monkeypatch.setattr(
        passwords, "hashed", lambda _: held.append(db.session().in_transaction()) or "x"
    )
    assert empty.test_client().post("/setup", data=filled(code)).status_code == 303
    assert held == [False]
