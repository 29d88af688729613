"""The same seed makes the same community."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from app.core.db import begin_writing, db
from app.demo import loading
from app.demo.scales import Scale
from app.meetings.models import Invitation, Meeting
from app.people.models import Appointment, Household, Person, RoleGrant, Unit
from app.places.models import Place
from app.platforms.models import Topic
from app.points.models import Award
from app.resolutions.models import Resolution, Task
from app.rewards.models import Redemption, RewardItem
from tests.sample import run

pytestmark = pytest.mark.slow

LIKE_EACH_OTHER = (
    Place, Household, Person, Unit, Appointment, RoleGrant, Topic, Meeting, Invitation,
    Resolution, Task, Award, RewardItem, Redemption,
)  # fmt: skip
# Made anew each time: moments of this very load, and what must not be guessable.
CHANCE = {
    "created_at", "granted_at", "updated_at", "check_in_code", "code_hash", "reference", "code",
    "requested_at", "stored_at",
}  # fmt: skip
SMALL = Scale(communities=3, grids=2, households=24, meetings=12, tasks=6, awards=200)


@pytest.fixture
def load(new_database, new_app, monkeypatch):
    """Loads a small sample into a database of its own; gives its digests by table."""
    monkeypatch.setitem(loading.SCALES, "small", SMALL)
    monkeypatch.setattr(
        loading, "GUIHUA", loading.GUIHUA.__class__("桂花苑", loading.GUIHUA.kind, 19, 120)
    )

    def make(seed):
        begin_writing()
        app = new_app(new_database(), DEMO=True)
        assert run(app, "prepare").exit_code == 0
        with app.app_context():
            begin_writing()
            said = []
            loading.load("small", seed, app.config["FILES_FOLDER"], said.append)
            db.session.commit()
            digests = {model.__tablename__: digest(model) for model in LIKE_EACH_OTHER}
            db.session.remove()
            db.engine.dispose()
        return digests, said

    return make


def digest(model):
    columns = [column for column in model.__table__.columns if column.name not in CHANCE]
    whole = hashlib.sha256()
    rows = 0
    for row in db.session.execute(select(*columns).order_by(*model.__table__.primary_key)):
        whole.update(repr(tuple(row)).encode())
        rows += 1
    assert rows, model
    return rows, whole.hexdigest()


def test_the_same_seed_makes_the_same_community(load):
    first, said = load(7)
    second, _said = load(7)
    assert {name for name in first if first[name] != second[name]} == set()
    assert said[0].startswith("桂花社区: ")


def test_another_seed_makes_other_people(load):
    first, _said = load(7)
    other, _said = load(8)
    assert first["person"] != other["person"]
    assert first["award"] != other["award"]
