"""What a process keeps of those who ask: 600 users, one session each, in one process.

Each opens their first Today, asks for it once more and goes on to the lists of tasks and meetings.
What is kept must depend on what they are, not on who they are: the process may grow by a few
statements for each kind of user, and the first page of a session costs as much as the next.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import delete, select

from app import create_app
from app.accounts.models import RoleGrant, User
from app.core.access import Role
from app.core.db import begin_writing, db
from app.people.models import Person
from benchmarks.aims import judge
from benchmarks.apart import apart
from benchmarks.machine import measured_on
from benchmarks.section import Section, Setting, milliseconds, table

USERS = 600
WARM_UP = 40  # sessions in which the process learns what there is to know
PAGES = ("/today", "/tasks", "/meetings")
ROLES = (Role.RESIDENT, Role.STAFF, Role.RESIDENT, Role.HOST, Role.RESIDENT, Role.GRID)


READING = f"""\
- **a new session**: how much one process grows over {USERS} sessions of {USERS} users of four roles,
  and the first Today of a session divided by the next one; medians, in the process itself, after
  {WARM_UP} sessions in which it learns what there is to know."""


@dataclass(frozen=True)
class Found:
    """`grown` is in megabytes, `first` and `following` in seconds of the process at work."""

    engine: str
    scale: str
    grown: float
    first: float
    following: float

    @property
    def ratio(self) -> float:
        return self.first / self.following


def measure(setting: Setting) -> list[Found]:
    sample = setting.samples[0]
    setting.say(f"{USERS} new sessions on {setting.engine.version}")
    grown, first, following = apart(
        _measure, sample.facts["community"], environment=sample.environment
    )
    found = Found(sample.engine, sample.scale, grown, first, following)
    setting.say(f"  grown by {grown:.0f} MB, {found.ratio:.2f} of the next")
    return [found]


def section(found: list[Found]) -> Section:
    judged, rows = [], []
    for each in found:
        ratio, grown = judge(each.ratio, "session"), judge(each.grown, "memory")
        judged += [ratio, grown]
        rows.append(
            [
                each.engine,
                each.scale,
                f"{each.grown:.0f} MB{grown.mark}",
                f"{each.ratio:.2f}{ratio.mark}",
                milliseconds(each.first),
                milliseconds(each.following),
            ]
        )
    head = ["engine", "scale", f"{USERS} sessions", "first to next", "first", "next"]
    return Section("New sessions", f"{table(head, rows)}\n\n{measured_on()}", READING, judged)


def _measure(community_id: int) -> tuple[float, float, float]:
    app = create_app()
    first, following = [], []
    with _users(app, community_id) as ids:
        before = 0.0
        for number, user_id in enumerate(ids):
            if number == WARM_UP:
                before = _resident()
            times = _session(app, user_id)
            first.append(times[0])
            following.append(times[1])
        grown = _resident() - before
    return grown, median(first[WARM_UP:]), median(following[WARM_UP:])


def _session(app: Flask, user_id: int) -> tuple[float, float]:
    """What the first Today of a session and the next one take."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=f"{user_id}:1:bench{user_id}", _fresh=True)
    times = []
    for path in (PAGES[0], *PAGES):
        begun = time.thread_time()
        if client.get(path, follow_redirects=True).status_code not in {200, 403}:
            raise RuntimeError(path)
        times.append(time.thread_time() - begun)
    return times[0], times[1]


@contextmanager
def _users(app: Flask, community_id: int) -> Iterator[list[int]]:
    """Accounts of many kinds in one community, gone afterwards."""
    with app.app_context():
        begin_writing()
        taken = select(User.person_id).where(User.person_id.is_not(None))
        people = iter(
            db.session.scalars(
                select(Person.id)
                .where(Person.community_id == community_id, Person.id.not_in(taken))
                .limit(USERS)
            ).all()
        )
        users = []
        for number, role in zip(range(USERS), cycle(ROLES), strict=False):
            user = User(username=f"bench{number}", name=f"Bench {number}")
            user.community_id = community_id
            user.person_id = next(people) if role is Role.RESIDENT else None
            users.append(user)
        db.session.add_all(users)
        db.session.flush()
        ids = [user.id for user in users]
        for user_id, role in zip(ids, cycle(ROLES), strict=False):
            db.session.add(RoleGrant(user_id=user_id, role=role, place_id=community_id))
        db.session.commit()
    try:
        yield ids
    finally:
        with app.app_context():
            begin_writing()
            db.session.execute(delete(RoleGrant).where(RoleGrant.user_id.in_(ids)))
            db.session.execute(delete(User).where(User.id.in_(ids)))
            db.session.commit()


def _resident() -> float:
    """Megabytes of memory that this process takes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6
