"""Days are sealed by the first change of a new day, without any job."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.i18n import Phrase
from app.ledger.interface import verify
from app.ledger.models import Seal
from app.points.services import facts as services

NOON = clock.at(clock.today() + timedelta(days=1), 12)


@pytest.fixture
def award(cast):
    """Posts points at a moment."""

    def at(moment):
        with clock.frozen(moment):
            services.award(
                None,
                person_id=cast.zhang.id,
                code="task_done",
                fact_key=f"gift:{moment}",
                happened_on=clock.today(),
                memo=Phrase("Task done"),
            )
            db.session.commit()

    return at


def change_something(client):
    return client.post("/appearance", data={"theme": "dark"})


def sealed():
    return [seal.day for seal in db.session.query(Seal).order_by(Seal.day)]


@pytest.fixture(autouse=True)
def a_new_process(app):
    app.extensions.pop("ledger_sealed_on", None)


def test_the_first_change_of_a_day_seals_the_days_before(award, client):
    award(NOON)
    award(NOON + timedelta(days=1))
    with clock.frozen(NOON + timedelta(days=3)):
        change_something(client)
        today = clock.today()
        assert sealed() == [today - timedelta(days=n) for n in (3, 2, 1)]
        assert list(verify()) == []


def test_reading_seals_nothing(award, client):
    award(NOON)
    with clock.frozen(NOON + timedelta(days=1)):
        client.get("/board")
        assert sealed() == []


def test_the_second_change_looks_at_nothing(award, client):
    award(NOON)
    with clock.frozen(NOON + timedelta(days=1)):
        change_something(client)
        db.session.query(Seal).count()
        change_something(client)
        assert len(sealed()) == 1


def test_another_process_finds_them_sealed(app, award, client):
    award(NOON)
    with clock.frozen(NOON + timedelta(days=1)):
        change_something(client)
        app.extensions.pop("ledger_sealed_on")
        change_something(client)
        assert len(sealed()) == 1
