"""What came of a meeting: the resolution with its notices, and perhaps a task carried out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.core import clock
from app.core.i18n import Phrase, marked
from app.demo.course import Course
from app.demo.matters import REMARKS, Matter
from app.demo.past import Past
from app.notices.models import Notice, NoticeKind
from app.points.models import RuleCode
from app.resolutions.models import Resolution
from app.tasks import interface as tasks
from app.tasks.interface import TaskState
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.steps import Evidence, TaskStep
from app.tasks.models.tasks import Difficulty, SourceKind, Task

# The same sentence as the room itself says.
DONE = marked("Carried out: %(task)s")


def resolution(
    past: Past, item_id: int, topic_id: int, matter: Matter, text: str, when: Course, author: int,
    attendees: list[int], *, with_task: bool,
) -> None:  # fmt: skip
    community = past.community
    number = past.next_number("resolution", when.starts)
    reported, closed = past.happened(when.reported), past.happened(when.closed)
    resolution_id = past.rows.add(
        Resolution,
        number=f"{community.name.removesuffix('社区')}社议〔{when.day.year}〕{number}号", community_id=community.id,
        item_id=item_id, topic_id=topic_id, title=matter.title, text=text, decided_on=when.day,
        feedback_due_on=when.day + timedelta(days=30), made_by_id=community.host_id,
        made_at=when.over - timedelta(minutes=10), result=matter.done if reported else None,
        fed_back_at=when.reported if reported else None,
        fed_back_by_id=community.staff_id if reported else None,
        closed_at=when.closed if closed else None,
        closed_by_id=community.staff_id if closed else None,
    )  # fmt: skip
    about = f"关于“{matter.title}”"
    _notice(
        past, NoticeKind.RESOLUTION, f"{about}决议的公示", text, when.published, resolution_id
    )  # fmt: skip
    _notice(
        past, NoticeKind.RESULT, f"{about}落实结果的公示", matter.done, when.reported, resolution_id
    )  # fmt: skip
    if with_task:
        _task(past, resolution_id, matter, when, {author, *_asked(past, attendees)})


def _asked(past: Past, attendees: list[int]) -> list[int]:
    """Who of those present is called and asked how it went."""
    return past.random.sample(attendees, min(3, len(attendees)))


def _notice(
    past: Past, kind: NoticeKind, title: str, body: str, at: datetime, resolution_id: int
) -> None:
    if not past.happened(at):
        return
    on = clock.local(at).date()
    past.rows.add(
        Notice,
        number=past.number_of_year("notice", at), community_id=past.community.id, kind=kind, title=title,
        basis="《中华人民共和国城市居民委员会组织法》第三十四条", body=body, published_on=on,
        ends_on=past.calendar.ending(on), contact="社区居委会", subject_kind="resolution",
        subject_id=resolution_id, published_by_id=past.community.staff_id, published_at=at,
    )  # fmt: skip


def _task(
    past: Past, resolution_id: int, matter: Matter, when: Course, judges: set[int]
) -> None:  # fmt: skip
    """A task dispatched the day after, handled in time more often than not, evaluated, closed;
    or as far as it has come."""
    past.tasks += 1
    random, rows, community = past.random, past.rows, past.community
    by_unit = random.random() < 0.6
    handler = (
        {"unit_id": random.choice((community.units[0], community.units[4], community.units[6])), "person_id": None}
        if by_unit
        else {"unit_id": None, "person_id": random.choice(community.representatives)}
    )  # fmt: skip
    gone = [step for step in _steps(when, matter) if past.happened(step.at)]
    at = {step.event: step.at for step in gone}
    task_id = rows.add(
        Task,
        number=past.number_of_year("task", at["draft"]), community_id=community.id,
        source_kind=SourceKind.RESOLUTION, source_id=resolution_id,
        title=matter.task, detail=matter.wish, difficulty=Difficulty.HARD, state=gone[-1].state,
        created_by_id=community.staff_id, created_at=at["draft"], accepted_at=at.get("accept"),
        accepted_on=_day(at.get("accept")), submitted_at=at.get("submit"), submitted_on=_day(at.get("submit")),
        verified_at=at.get("verify"), verified_by_id=community.staff_id if "verify" in at else None,
        closed_at=at.get("close"), version=len(gone), **_dispatched(past, at.get("dispatch"), handler),
    )  # fmt: skip
    for step in gone:
        step_id = rows.add(
            TaskStep,
            task_id=task_id, event=step.event, state=step.state, text=step.text, by_id=community.staff_id,
            by_name="社区工作者", at=step.at, by_proxy=step.event in {"accept", "submit"},
            **handler if step.event != "draft" else {},
        )  # fmt: skip
        if step.event == "submit" and past.photos:
            rows.add(Evidence, task_id=task_id, step_id=step_id, file_id=random.choice(past.photos))
    _evaluations(past, task_id, when, judges)
    if handler["person_id"] and "verify" in at:
        past.credits.add(
            handler["person_id"], RuleCode.TASK_DONE, f"task:{task_id}:round:0:done",
            clock.local(when.verified).date(), Phrase(DONE, task=matter.task), times=2,
        )  # fmt: skip


class Step(NamedTuple):
    """A step of a task, taken or to be taken."""

    event: str
    state: TaskState
    text: str
    at: datetime


def _steps(when: Course, matter: Matter) -> list[Step]:
    """What happens to a task, drafted while the meeting is still together."""
    drafted = when.over - timedelta(minutes=5)
    return [
        Step("draft", TaskState.DRAFTED, "", drafted),
        Step("dispatch", TaskState.DISPATCHED, "", when.published),
        Step("accept", TaskState.ACCEPTED, "", when.taken),
        Step("submit", TaskState.SUBMITTED, matter.done, when.handed_in),
        Step("verify", TaskState.VERIFIED, "", when.verified),
        Step("close", TaskState.CLOSED, "", when.finished),
    ]


def _dispatched(
    past: Past, at: datetime | None, handler: dict[str, int | None]
) -> dict[str, Any]:  # fmt: skip
    """Whom it was given to, and until when, by the service level of that day. Nothing of it
    while it waits to be dispatched."""
    if at is None:
        return {}
    on = clock.local(at).date()
    level = tasks.level_of(Difficulty.HARD, on)
    time = tasks.period(on, level.handle_days)
    return {
        **handler, "dispatched_at": at, "accept_by": past.calendar.after(on, level.accept_days),
        "return_by": past.calendar.after(on, level.return_days),
        "started_on": on, "warn_on": time.warn_on, "due_on": time.due_on,
        "original_due_on": time.due_on,
    }  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else clock.local(at).date()


def _evaluations(past: Past, task_id: int, when: Course, judges: set[int]) -> None:
    if not past.happened(when.called):
        return
    for judge in sorted(judges):
        past.rows.add(
            Evaluation,
            task_id=task_id, person_id=judge, round=0, channel=Channel.PHONE, reached=True, solved=True,
            score=past.random.choices((3, 4, 5), (10, 35, 55))[0], comment=past.random.choice(REMARKS),
            entered_by_id=past.community.staff_id, at=when.called,
        )  # fmt: skip
