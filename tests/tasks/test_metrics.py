"""The rates, each with its denominator (domain.md 6)."""

from __future__ import annotations

from datetime import date

import pytest

from app.core import clock
from app.core.db import db, rows
from app.tasks.models.evaluations import Channel
from app.tasks.queries import lists, metrics
from app.tasks.queries.metrics import Measure, Rate
from app.tasks.services import checking, dispatching
from tests.resolutions import given

LATER = clock.at(date(2026, 12, 20), 9)


def rates(cast, on=LATER, who="staff", **more):
    with clock.frozen(on):
        return metrics.metrics(cast.actor(who), year=2026, **more)


def test_nothing_gives_no_percentage(cast):
    assert all(rate == Rate(0, 0) for rate in rates(cast).values())
    assert Rate(0, 0).percent is None


def test_acceptance_counts_once_it_is_known(cast, resolution):
    given.accepted(cast, resolution)
    given.dispatched(cast, resolution)
    assert rates(cast, given.NOW)[Measure.ACCEPTED] == Rate(1, 1)
    assert rates(cast)[Measure.ACCEPTED] == Rate(1, 2)


def test_late_acceptance_is_not_in_time(cast, resolution):
    task = given.dispatched(cast, resolution)
    with clock.frozen(clock.at(date(2026, 11, 26), 9)):
        dispatching.accept(cast.actor("unit_contact"), task)
    assert rates(cast)[Measure.ACCEPTED] == Rate(0, 1)


def test_claimed_tasks_were_never_dispatched(cast, resolution):
    task = given.drafted(cast, resolution)
    dispatching.offer(cast.actor("staff"), task)
    dispatching.claim(cast.actor("resident"), task)
    assert rates(cast)[Measure.ACCEPTED] == Rate(0, 0)


def test_completion_counts_what_is_due_or_done(cast, resolution):
    given.verified(cast, resolution)
    given.accepted(cast, resolution)
    assert rates(cast, given.NOW)[Measure.COMPLETED] == Rate(1, 1)
    assert rates(cast)[Measure.COMPLETED] == Rate(1, 2)


def test_handed_in_late_is_completed_but_not_in_time(cast, resolution):
    task = given.accepted(cast, resolution)
    with clock.frozen(clock.at(date(2026, 12, 1), 9)):
        given.hand_in(cast, task)
        checking.verify(cast.actor("staff"), task)
    found = rates(cast)
    assert found[Measure.COMPLETED] == Rate(1, 1)
    assert found[Measure.ON_TIME] == Rate(0, 1)


def test_an_unverified_submission_in_time_is_in_time(cast, resolution):
    given.submitted(cast, resolution)
    assert rates(cast)[Measure.ON_TIME] == Rate(1, 1)
    assert rates(cast)[Measure.COMPLETED] == Rate(0, 1)


def test_cancelled_tasks_count_nowhere(cast, resolution):
    task = given.accepted(cast, resolution)
    checking.cancel_task(cast.actor("staff"), task, reason="算了")
    assert all(rate.whole == 0 for rate in rates(cast).values())


def test_calls_that_reached_nobody_count_for_nothing(cast, resolution):
    task = given.verified(cast, resolution)
    checking.evaluate(
        cast.actor("staff"), task, person=cast.wang, channel=Channel.PHONE, reached=False
    )
    given.evaluated(cast, task, score=3)
    found = rates(cast)
    assert found[Measure.SATISFIED] == Rate(1, 1)
    assert found[Measure.SOLVED] == Rate(1, 1)


def test_poor_evaluations_of_earlier_rounds_stay_counted(cast, resolution):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task, score=2, solved=False)
    given.hand_in(cast, task)
    checking.verify(cast.actor("staff"), task)
    given.evaluated(cast, task, score=5)
    found = rates(cast)
    assert found[Measure.SATISFIED] == Rate(1, 2)
    assert found[Measure.REWORKED] == Rate(1, 1)


def test_of_one_unit_and_of_ones_own_communities_only(cast, resolution):
    given.accepted(cast, resolution)
    given.accepted(cast, resolution, person=cast.zhang)
    assert rates(cast, unit_id=cast.property_firm.id)[Measure.ACCEPTED] == Rate(1, 1)
    assert rates(cast, who="neighbour_staff")[Measure.ACCEPTED] == Rate(0, 0)
    assert rates(cast, who="street_officer")[Measure.ACCEPTED] == Rate(2, 2)


def test_a_number_links_to_what_it_counts(cast, resolution):
    good = given.verified(cast, resolution, title="按时")
    given.accepted(cast, resolution, title="逾期")
    poor = given.verified(cast, resolution, title="不满意", person=cast.chen)
    given.evaluated(cast, poor, score=1, solved=False)
    given.evaluated(cast, good)
    given.hand_in(cast, poor)
    checking.verify(cast.actor("staff"), poor)
    given.evaluated(cast, poor, score=4)
    staff, found, on = cast.actor("staff"), rates(cast), clock.local(LATER).date()

    def listed(measure, *, others=False):
        if measure in metrics.OF_EVALUATIONS:
            return metrics.evaluations_counted(staff, measure, 2026, others=others)
        return lists.tasks(staff, counted=metrics.Counted(measure, 2026, on, others))

    for measure, rate in found.items():
        assert len(rows(listed(measure))) == rate.whole, measure
        others = rows(listed(measure, others=True))
        ill = rate.part if measure is Measure.REWORKED else rate.whole - rate.part
        assert len(others) == ill, measure
    assert found[Measure.SOLVED] == Rate(2, 3)


def test_the_page_leads_to_the_evaluations_counted(cast, resolution, sign_in):
    task = given.verified(cast, resolution)
    given.evaluated(cast, task, score=2, solved=False)
    db.session.commit()
    client = sign_in(cast.staff)
    page = client.get("/tasks?year=2026").get_data(as_text=True)
    assert "/tasks/evaluations?measure=solved" in page
    path = "/tasks/evaluations?measure=satisfied&year=2026"
    for address in (path, f"{path}&others=1", "/tasks/evaluations?measure=x&year=x&unit=x"):
        answer = client.get(address).get_data(as_text=True)
        assert task.title in answer
        assert cast.li.name not in answer


def test_the_rates_leave_out_what_the_list_does_not_show(cast):
    """Who oversees does not read what is sensitive: it is neither listed nor counted."""
    given.verified(cast, given.resolution(cast, sensitive=True))
    found = rates(cast, who="oversight")
    assert found[Measure.COMPLETED] == Rate(0, 0)
    assert rates(cast)[Measure.COMPLETED] == Rate(1, 1)


@pytest.mark.both_engines
def test_two_queries_however_many_tasks(cast, resolution, counted):
    actor = cast.actor("staff")
    for number in range(5):
        given.verified(cast, resolution, title=f"任务{number}")
    with counted() as sent:
        metrics.metrics(actor, year=2026)
    assert len(sent) == 2


def test_the_rework_rate_leads_to_what_was_done_again(cast, resolution, sign_in):
    given.verified(cast, resolution, title="一次办好")
    again = given.submitted(cast, resolution, title="返工")
    checking.send_back(cast.actor("staff"), again, reason="少灯")
    db.session.commit()
    for who in (cast.staff, cast.street_officer):
        client = sign_in(who)
        page = client.get("/tasks?year=2026").get_data(as_text=True)
        path = "/tasks?measure=reworked&amp;year=2026&amp;others=1"
        assert f'href="{path}"' in page
        for address in (path.replace("&amp;", "&"), "/tasks?only=reworked"):
            listed = client.get(address).get_data(as_text=True)
            assert "返工" in listed
            assert "一次办好" not in listed
