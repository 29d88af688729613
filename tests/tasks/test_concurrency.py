"""Two at once: exactly one of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from app.accounts.queries.sessions import actor_of
from app.core import clock
from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.meetings.models.agenda import AgendaItem
from app.people.models import Person
from app.resolutions import services
from app.resolutions.models import Resolution
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.steps import TaskStep
from app.tasks.models.tasks import Task
from app.tasks.services import checking, dispatching
from app.tasks.states import TaskState
from app.topics.states import TopicState
from tests import cast as cast_module
from tests.resolutions import given

pytestmark = pytest.mark.both_engines


@dataclass
class World:
    app: object
    cast: object

    def together(self, *calls):
        """Run the calls at the same moment, each with a connection of its own; returns how many
        came through, how many were refused."""
        barrier = threading.Barrier(len(calls))
        outcomes = []

        def run(call):
            with self.app.app_context(), clock.frozen(given.NOW):
                begin_writing()
                barrier.wait()
                try:
                    call()
                    db.session.commit()
                    outcomes.append("done")
                except Refused:
                    db.session.rollback()
                    outcomes.append("refused")
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return outcomes.count("done"), outcomes.count("refused")


@pytest.fixture
def world(migrated_database, new_app):
    app = new_app(migrated_database())
    with app.app_context(), clock.frozen(given.NOW):
        begin_writing()
        cast = cast_module.create()
        db.session.commit()
        yield World(app, cast)
        db.session.remove()
        db.engine.dispose()


def test_a_task_is_claimed_once(world):
    cast = world.cast
    task = given.drafted(cast)
    dispatching.offer(cast.actor("staff"), task)
    db.session.commit()
    task_id = task.id
    actors = [actor_of(user) for user in (cast.resident, cast.other_resident, cast.unit_contact)]
    db.session.commit()
    done = world.together(
        lambda: dispatching.claim(actors[0], db.session.get(Task, task_id)),
        lambda: dispatching.claim(actors[1], db.session.get(Task, task_id)),
        lambda: dispatching.claim(actors[2], db.session.get(Task, task_id), for_unit=True),
    )
    assert done == (1, 2)
    db.session.expire_all()
    task = db.session.get(Task, task_id)
    assert task.state is TaskState.ACCEPTED
    assert db.session.query(TaskStep).filter_by(task_id=task_id, event="claim").count() == 1


def test_a_resolution_is_recorded_once(world):
    cast = world.cast
    item_id = given.matter(cast).item.id
    host, staff = actor_of(cast.host), actor_of(cast.staff)
    db.session.commit()

    def record(actor):
        item = db.session.get(AgendaItem, item_id)
        services.record(actor, item, title="建充电棚", text=given.MOTION)

    assert world.together(lambda: record(host), lambda: record(staff)) == (1, 1)
    db.session.expire_all()
    assert db.session.query(Resolution).count() == 1


def test_work_is_verified_or_sent_back_not_both(world):
    cast = world.cast
    task_id = given.submitted(cast, person=cast.zhang).id
    staff, second = actor_of(cast.staff), actor_of(cast.second_staff)
    db.session.commit()
    done = world.together(
        lambda: checking.verify(staff, db.session.get(Task, task_id)),
        lambda: checking.send_back(second, db.session.get(Task, task_id), reason="不行"),
    )
    assert done == (1, 1)


def test_two_poor_evaluations_at_once_open_the_task_once(world):
    cast = world.cast
    task_id = given.verified(cast).id
    people = {
        user: (actor_of(getattr(cast, user)), getattr(cast, person).id)
        for user, person in (("resident", "zhang"), ("other_resident", "li"))
    }
    db.session.commit()

    def evaluate(who):
        actor, person_id = people[who]
        checking.evaluate(
            actor,
            db.session.get(Task, task_id),
            person=db.session.get(Person, person_id),
            channel=Channel.SELF,
            score=1,
            solved=False,
        )

    assert world.together(lambda: evaluate("resident"), lambda: evaluate("other_resident")) == (
        1,
        1,
    )
    db.session.expire_all()
    assert db.session.get(Task, task_id).rework_count == 1
    assert db.session.query(Evaluation).count() == 1


def test_the_last_two_tasks_closed_at_once_carry_the_topic_out(world):
    cast = world.cast
    resolution = given.resolution(cast)
    ids = []
    for title in ("搭棚", "刷漆"):
        task = given.verified(cast, resolution, title=title)
        given.evaluated(cast, task)
        ids.append(task.id)
    staff, second = actor_of(cast.staff), actor_of(cast.second_staff)
    db.session.commit()
    done = world.together(
        lambda: checking.close_task(staff, db.session.get(Task, ids[0])),
        lambda: checking.close_task(second, db.session.get(Task, ids[1])),
    )
    assert done == (2, 0)
    db.session.expire_all()
    assert db.session.get(Resolution, resolution.id).topic.state is TopicState.IMPLEMENTED
