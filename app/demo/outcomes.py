"""What came of a meeting: the resolution with its notices, and perhaps a task carried out."""

from __future__ import annotations

from datetime import date, timedelta

from app.core import clock
from app.core.i18n import Phrase, marked
from app.demo.matters import REMARKS, Matter
from app.demo.past import Past
from app.disclosure.models import Notice, NoticeKind
from app.points.models import RuleCode
from app.resolutions.models import (
    Channel,
    Difficulty,
    Evaluation,
    Evidence,
    Resolution,
    Task,
    TaskStep,
)
from app.resolutions.states import TaskState

# The same sentence as the room itself says.
DONE = marked("Carried out: %(task)s")


def resolution(
    past: Past, item_id: int, topic_id: int, matter: Matter, text: str, day: date, author: int,
    attendees: list[int], *, with_task: bool,
) -> None:  # fmt: skip
    past.resolution += 1
    community = past.community
    done = clock.at(day + timedelta(days=16), 10)
    resolution_id = past.rows.add(
        Resolution,
        number=f"{community.name.removesuffix('社区')}社议〔{day.year}〕{past.resolution}号", community_id=community.id,
        item_id=item_id, topic_id=topic_id, title=matter.title, text=text, decided_on=day,
        feedback_due_on=day + timedelta(days=30), made_by_id=community.host_id,
        made_at=clock.at(day, 20, 40), result=matter.done,
        fed_back_at=done, fed_back_by_id=community.staff_id, closed_at=done, closed_by_id=community.staff_id,
    )  # fmt: skip
    _notice(
        past,
        NoticeKind.RESOLUTION,
        f"关于“{matter.title}”决议的公示",
        text,
        day + timedelta(days=1),
        resolution_id,
    )
    _notice(
        past,
        NoticeKind.RESULT,
        f"关于“{matter.title}”落实结果的公示",
        matter.done,
        clock.local(done).date(),
        resolution_id,
    )
    if with_task:
        _task(past, resolution_id, matter, day, author, attendees)


def _notice(
    past: Past, kind: NoticeKind, title: str, body: str, on: date, resolution_id: int
) -> None:
    past.notice += 1
    past.rows.add(
        Notice,
        number=f"{on.year}-{past.notice:03d}", community_id=past.community.id, kind=kind, title=title,
        basis="《中华人民共和国城市居民委员会组织法》第三十四条", body=body, published_on=on,
        ends_on=on + timedelta(days=16), contact="社区居委会", subject_kind="resolution",
        subject_id=resolution_id, published_by_id=past.community.staff_id, published_at=clock.at(on, 9),
    )  # fmt: skip


def _task(
    past: Past, resolution_id: int, matter: Matter, day: date, author: int, attendees: list[int]
) -> None:
    """A task dispatched the day after, handled in time more often than not, evaluated, closed."""
    past.task += 1
    random, rows, community = past.random, past.rows, past.community
    by_unit = random.random() < 0.6
    person_id = None if by_unit else random.choice(community.representatives)
    unit_id = (
        random.choice((community.units[0], community.units[4], community.units[6]))
        if by_unit
        else None
    )
    began = day + timedelta(days=1)
    due = began + timedelta(days=9)
    took = random.choices((5, 7, 8, 12), (30, 30, 30, 10))[0]
    submitted = clock.at(began + timedelta(days=took), 16)
    task_id = rows.add(
        Task,
        number=f"{day.year}-{past.task:03d}", community_id=community.id, resolution_id=resolution_id,
        title=matter.task, detail=matter.wish, difficulty=Difficulty.HARD, state=TaskState.CLOSED,
        unit_id=unit_id, person_id=person_id, created_by_id=community.staff_id,
        created_at=clock.at(began, 9), dispatched_at=clock.at(began, 9), accept_by=began + timedelta(days=1),
        accepted_at=clock.at(began, 11), accepted_on=began, started_on=began,
        warn_on=due - timedelta(days=1), due_on=due, original_due_on=due, submitted_at=submitted,
        submitted_on=began + timedelta(days=took), verified_at=submitted + timedelta(hours=18),
        verified_by_id=community.staff_id, closed_at=submitted + timedelta(days=2), version=6,
    )  # fmt: skip
    handled = "承办单位" if by_unit else community.names[person_id or 0]
    steps = [
        ("draft", TaskState.DRAFTED, "", clock.at(began, 9), "社区工作者"),
        ("dispatch", TaskState.DISPATCHED, "", clock.at(began, 9, 5), "社区工作者"),
        ("accept", TaskState.ACCEPTED, "", clock.at(began, 11), handled),
        ("submit", TaskState.SUBMITTED, matter.done, submitted, handled),
        ("verify", TaskState.VERIFIED, "", submitted + timedelta(hours=18), "社区工作者"),
        ("close", TaskState.CLOSED, "", submitted + timedelta(days=2), "社区工作者"),
    ]
    for event, state, text, at, by_name in steps:
        step_id = rows.add(
            TaskStep,
            task_id=task_id, event=event, state=state, text=text, by_id=community.staff_id,
            by_name=by_name, at=at, unit_id=unit_id, person_id=person_id, by_proxy=event in {"accept", "submit"},
        )  # fmt: skip
        if event == "submit" and past.photos:
            rows.add(Evidence, task_id=task_id, step_id=step_id, file_id=random.choice(past.photos))
    for judge in {author, *random.sample(attendees, min(3, len(attendees)))}:
        score = random.choices((3, 4, 5), (10, 35, 55))[0]
        rows.add(
            Evaluation,
            task_id=task_id, person_id=judge, round=0, channel=Channel.PHONE, reached=True, solved=True,
            score=score, comment=random.choice(REMARKS), entered_by_id=community.staff_id,
            at=submitted + timedelta(days=1),
        )  # fmt: skip
    if person_id:
        what = Phrase(DONE, task=matter.task)
        done_on = clock.local(submitted).date()
        past.credits.add(
            person_id, RuleCode.TASK_DONE, f"task:{task_id}:round:0:done", done_on, what, times=2
        )
