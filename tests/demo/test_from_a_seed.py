"""The same seed makes the same community."""

from __future__ import annotations

import hashlib
from random import Random

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.core.db import begin_reading, begin_writing, db
from app.demo.rows import Rows
from app.demo.world import EstatePlan, World
from app.meetings.models.attendance import Invitation
from app.meetings.models.meetings import Meeting
from app.people.models import Appointment, Household, Person, Unit
from app.places.models import EstateKind, Level, Place
from app.points.models import Award
from app.resolutions.models import Resolution
from app.rewards.models import Redemption, RewardItem
from app.tasks.models.tasks import Task
from app.topics.models import Topic
from tests.sample import run

pytestmark = pytest.mark.slow

LIKE_EACH_OTHER = (
    Place, Household, Person, Unit, Appointment, RoleGrant, Topic, Meeting, Invitation,
    Resolution, Task, Award, RewardItem, Redemption,
)  # fmt: skip
# Made anew each time: what happened a moment ago, and what must not be guessable.
CHANCE = {
    "created_at", "granted_at", "updated_at", "check_in_code", "code_hash", "reference", "code",
    "requested_at", "stored_at", "present_at", "starts_at",
}  # fmt: skip


def digest(model):
    columns = [column for column in model.__table__.columns if column.name not in CHANCE]
    whole = hashlib.sha256()
    rows = 0
    for row in db.session.execute(select(*columns).order_by(*model.__table__.primary_key)):
        whole.update(repr(tuple(row)).encode())
        rows += 1
    assert rows, model
    return rows, whole.hexdigest()


def digests(app):
    begin_reading()
    with app.app_context():
        found = {model.__tablename__: digest(model) for model in LIKE_EACH_OTHER}
        db.session.remove()
    begin_writing()
    return found


def test_the_same_seed_makes_the_same_community(whole_sample, new_database, new_app):
    again = new_app(new_database(), DEMO=True)
    done = run(again, "prepare", "--demo")
    assert done.exit_code == 0, done.output
    first, second = digests(whole_sample.app), digests(again)
    with again.app_context():
        db.engine.dispose()
    assert {name for name in first if first[name] != second[name]} == set()


@pytest.mark.usefixtures("full")
def test_another_seed_makes_other_people():
    street = db.session.scalars(select(Place).where(Place.level == Level.STREET)).first()
    estate = EstatePlan("小院", EstateKind.OLD, buildings=2, households=40)

    def people(seed):
        # Only thought of, never written.
        made = World(Random(seed), Rows()).community(street, "某社区", [[estate]])
        return list(made.names.values())

    assert people(7) == people(7)
    assert people(7) != people(8)
