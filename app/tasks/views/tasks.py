"""Lists of tasks, and the page of one."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability, requires
from app.core.arguments import (
    id_argument,
    member_argument,
    page_argument,
    text_argument,
    word_argument,
)
from app.core.guard import actor, visitor
from app.core.htmx import render, see_other
from app.core.paging import paged
from app.core.slots import fills
from app.people.models import Unit
from app.resolutions.models import Resolution
from app.tasks.deadlines import Light, light
from app.tasks.queries import lists, metrics
from app.tasks.queries.lists import Group
from app.tasks.queries.metrics import Measure
from app.tasks.views import bp
from app.tasks.views.task import task_page

C = Capability
ONLY = ("all", "overdue", "mine", "reworked")
SHELVES = ("mine", "open", "evaluate", "done")
FIRST_YEAR = 2020


@bp.get("/tasks")
@requires(C.SEE_TASKS, C.HANDLE_TASK, C.EVALUATE)
def index() -> Response:
    """For those who work here every task in reach; for others what is theirs to do."""
    who = actor()
    return _all_tasks(who) if who.may(C.SEE_TASKS) else _own_tasks(who)


@bp.get("/tasks/<int:task_id>")
@requires(C.SEE_TASKS, C.HANDLE_TASK, C.EVALUATE)
def show(task_id: int) -> Response:
    return task_page(task_id)


@bp.get("/tasks/<int:task_id>/<string:step>")
@requires(C.SEE_TASKS, C.HANDLE_TASK, C.EVALUATE)
def reload_task(task_id: int, step: str) -> Response:
    """After a refusal the address is that of the button; loading it again shows the task."""
    return see_other(url_for("tasks.show", task_id=task_id, _anchor=step))


@bp.get("/tasks/evaluations")
@requires(C.SEE_TASKS)
def evaluations() -> Response:
    """The evaluations that one of the rates counts."""
    measure, year = member_argument("measure", Measure), _year()
    measure = measure if measure in metrics.OF_EVALUATIONS else Measure.SOLVED
    unit_id, others = id_argument("unit"), _others()
    found = metrics.evaluations_counted(actor(), measure, year, unit_id=unit_id, others=others)
    return render(
        "tasks/evaluations.html",
        page=paged(found, page_argument()),
        measure=measure,
        year=year,
        unit_id=unit_id,
        others=others,
    )


@fills("accounts.me")
def tasks_of_mine(**_context: object) -> str:
    """On everybody's own page: how many tasks there are for them, and the way there."""
    who = visitor()
    if who is None or who.may(C.SEE_TASKS):
        return ""
    return render_template("tasks/_mine.html", counts=lists.on_shelves(who))


@fills("people.unit")
def tasks_of_unit(*, unit: Unit, **_context: object) -> str:
    """On a unit's page: how well it carries out what it was given this year."""
    who, year = visitor(), clock.today().year
    if who is None or not who.may(C.SEE_TASKS):
        return ""
    rates = metrics.metrics(who, year=year, unit_id=unit.id)
    return render_template("tasks/_unit.html", unit=unit, rates=rates, year=year)


@fills("resolutions.tasks")
def tasks_of_resolution(*, resolution: Resolution, **page: object) -> str:
    """On a resolution's page: its tasks, and the way to write down more."""
    return render_template(
        "tasks/_tasks_of_resolution.html",
        resolution=resolution,
        tasks=lists.tasks_of([resolution.id]),
        light=light,
        today=clock.today(),
        announced=lists.years_announced(),
        **page,
    )


def _all_tasks(who: Actor) -> Response:
    today = clock.today()
    group, unit_id = member_argument("group", Group), id_argument("unit")
    only, text = word_argument("only", ONLY), text_argument()
    measure, year = member_argument("measure", Measure), _year()
    measure = measure if measure in metrics.OF_TASKS else None
    found = lists.tasks(
        who,
        group=group,
        unit_id=unit_id,
        overdue=only == "overdue",
        mine=only == "mine",
        reworked=only == "reworked",
        text=text,
        counted=_counted(measure, year),
    )
    return render(
        "tasks/index.html",
        swap={"tasks": "tasks/_tasks.html"},
        page=paged(found, page_argument()),
        tabs=_groups(who, group),
        group=group,
        units=lists.handling_units(who),
        unit_id=unit_id,
        only=only,
        text=text,
        measure=measure,
        others=_others(),
        year=year,
        metrics=metrics.metrics(who, year=year, unit_id=unit_id),
        light=light,
        Light=Light,
        today=today,
        announced=lists.years_announced(),
    )


def _own_tasks(who: Actor) -> Response:
    counts = lists.on_shelves(who)
    # Unless one is asked for, the first that has something on it.
    asked = word_argument("shelf", ("", *SHELVES))
    shelf = asked or next((each for each in SHELVES if counts[each]), SHELVES[0])
    return render(
        "tasks/own.html",
        page=paged(lists.tasks(who, shelf=shelf), page_argument()),
        shelf=shelf,
        counts=counts,
        light=light,
        Light=Light,
        announced=lists.years_announced(),
    )


def _counted(measure: Measure | None, year: int) -> metrics.Counted | None:
    """What one of the rates counts, or with `others` what it counts as not achieved."""
    if measure is None:
        return None
    return metrics.Counted(measure, year, clock.today(), _others())


def _others() -> bool:
    return word_argument("others", ("0", "1")) == "1"


def _year() -> int:
    this_year = clock.today().year
    asked = id_argument("year")
    return asked if asked is not None and FIRST_YEAR <= asked <= this_year else this_year


def _groups(who: Actor, chosen: Group | None) -> list[tuple[object, str, bool, int | None]]:
    counts = lists.group_counts(who)
    everything = (lists.ALL_LABEL, url_for("tasks.index"), chosen is None, None)
    return [
        everything,
        *(
            (label, url_for("tasks.index", group=group.value), chosen is group, counts[group])
            for group, label in lists.GROUP_LABELS.items()
        ),
    ]
