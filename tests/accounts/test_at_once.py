"""What several requests do at the same moment, on a database of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries.sessions import actor_of
from app.accounts.services import activation, sessions, users
from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Role
from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.core.settings import data_folder
from app.people.models import AppointmentKind, Person
from app.people.services import appointments, persons
from app.places.models import Place
from tests import cast as cast_module

pytestmark = pytest.mark.both_engines

AT_ONCE = 6


@pytest.fixture(scope="module")
def shared(migrated_database, new_app):
    """An application whose database has the cast, committed for all to see."""
    before = data_folder()
    application = new_app(migrated_database())
    begin_writing()
    with application.app_context():
        cast_module.create()
        db.session.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINLI_DATA", str(before))
        yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def all_at_once(shared):
    """Calls a function in several threads, each in a transaction of its own; what each returned,
    or the refusal."""

    def run(act):
        def one(_number):
            begin_writing()
            with shared.app_context():
                try:
                    result = act()
                    db.session.commit()
                except Refused as refused:
                    db.session.rollback()
                    return refused
                else:
                    return result

        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(one, range(AT_ONCE)))

    return run


def refused(results):
    return [result for result in results if isinstance(result, Refused)]


def staff():
    return actor_of(db.session.scalars(select(User).where(User.username == "staff")).one())


def person_named(name):
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def place(name):
    return db.session.scalars(select(Place).where(Place.name == name)).one()


def test_wrong_passwords_at_once_are_counted_one_by_one(shared, all_at_once):
    outcomes = all_at_once(lambda: sessions.sign_in("host", "wrong", kept=None))
    assert all(outcome.actor is None for outcome in outcomes)
    with shared.app_context():
        user = db.session.scalars(select(User).where(User.username == "host")).one()
        assert user.locked_until > clock.now()
        locks = select(func.count()).where(
            AuditEntry.action == "session.lock", AuditEntry.subject_id == user.id
        )
        assert db.session.scalar(locks) == 1


def test_a_slip_makes_one_account_however_many_use_it(shared, all_at_once):
    begin_writing()
    with shared.app_context():
        _slip, code = activation.issue_activation(staff(), person_named("王芳"))
        db.session.commit()
    results = all_at_once(
        lambda: activation.activate(code=code, username=None, password="Guihua-2026").id
    )
    assert len(refused(results)) == AT_ONCE - 1


def test_one_person_entered_by_several_is_entered_once(shared, all_at_once):
    def enter():
        return persons.create_person(
            staff(), community=place("桂花社区"), name="同时登记", building=place("2栋"), room="909"
        ).id

    assert len(refused(all_at_once(enter))) == AT_ONCE - 1
    with shared.app_context():
        assert person_named("同时登记").household.room == "909"


def test_nobody_gets_onto_both_committees_by_being_quick(all_at_once):
    kinds = iter([AppointmentKind.COMMITTEE_MEMBER, AppointmentKind.OVERSIGHT_MEMBER] * AT_ONCE)

    def appoint():
        return appointments.appoint(
            staff(),
            person=person_named("赵敏"),
            kind=next(kinds),
            place=place("桂花社区"),
            since=clock.today(),
            until=clock.today(),
        ).kind

    assert len(refused(all_at_once(appoint))) == AT_ONCE - 1


def test_a_username_is_given_once(all_at_once):
    def create():
        admin = actor_of(db.session.scalars(select(User).where(User.username == "admin")).one())
        user, _password = users.create_user(
            admin, username="at.once", name="x", role=Role.HOST, place=place("桂花社区")
        )
        return user.id

    assert len(refused(all_at_once(create))) == AT_ONCE - 1
