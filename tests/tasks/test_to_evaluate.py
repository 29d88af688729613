"""What stands on a person's list to evaluate is what they may evaluate, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.db import db
from app.resolutions import services
from app.tasks import policy
from app.tasks.models.tasks import Task
from app.tasks.policy import Action
from app.tasks.queries import concerned, lists, tasks
from app.tasks.services import checking, dispatching
from tests.resolutions import given


def listed(cast, who):
    condition = lists.shelves(cast.actor(who))["evaluate"]
    return set(db.session.scalars(select(Task).where(condition)))


def allowed(cast, who, task):
    actor = cast.actor(who)
    return Action.EVALUATE in policy.actions(actor, task, tasks.facts(actor, task))


def employed(cast):
    cast.li.works_at_id = cast.property_firm.id


def speaks_for_the_unit(cast):
    cast.other_resident.unit_id = cast.property_firm.id


def nothing(_cast):
    pass


@pytest.mark.parametrize(
    ("change", "may"), [(nothing, True), (employed, False), (speaks_for_the_unit, False)]
)
def test_those_who_did_it_are_neither_asked_nor_allowed(cast, resolution, change, may):
    task = given.verified(cast, resolution)
    change(cast)
    db.session.flush()
    assert (task in listed(cast, "other_resident")) is may
    assert allowed(cast, "other_resident", task) is may
    assert (cast.li.id in {row.id for row in concerned.people_to_ask(task)}) is may
    assert tasks.took_part_in(task, cast.li) is not may


def test_who_worked_on_it_before_it_went_to_somebody_else_is_not_asked(cast, resolution):
    task = given.drafted(cast, resolution)
    dispatching.offer(cast.actor("staff"), task)
    dispatching.claim(cast.actor("other_resident"), task)
    task.person_id = cast.chen.id
    db.session.flush()
    given.hand_in(cast, task)
    checking.verify(cast.actor("staff"), task)
    assert task not in listed(cast, "other_resident")
    assert not allowed(cast, "other_resident", task)


def test_closed_work_is_asked_about_until_it_is_reported_back(cast, resolution):
    task = given.closed(cast, resolution)
    assert task in listed(cast, "resident")
    assert allowed(cast, "resident", task)
    services.feed_back(cast.actor("staff"), resolution, result="充电棚已投入使用。", contact="一楼")
    assert task not in listed(cast, "resident")
    assert not allowed(cast, "resident", task)


def test_what_was_evaluated_is_not_asked_again(cast, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task)
    assert task not in listed(cast, "other_resident")
    assert not allowed(cast, "other_resident", task)
