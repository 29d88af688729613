"""What the tests about points start from."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, event

from app.core import clock
from app.core.db import db
from app.core.i18n import Phrase
from app.points.services import facts, requesting

DAY = date(2026, 11, 21)


def committed(result):
    """The result, kept: a page that refuses something rolls back what was not."""
    db.session.commit()
    return result


@pytest.fixture(autouse=True)
def _on_a_day():
    """Every test happens on the 21st of November 2026, at ten in the morning."""
    with clock.frozen(clock.at(DAY, 10)):
        yield


@pytest.fixture
def attended(cast):
    """Credits a person for attending a meeting: `attended(cast.zhang, 42)`."""

    def credit(person, meeting=1, on=DAY, **kwargs):
        return committed(
            facts.award(
                cast.actor("staff"),
                person_id=person.id,
                code="attended",
                fact_key=f"meeting:{meeting}:attendance:{person.id}",
                happened_on=on,
                memo=Phrase("Attended %(meeting)s", meeting="第三次议事会"),
                **kwargs,
            )
        )

    return credit


@pytest.fixture
def points_of():
    """Puts a number of points into a person's wallet: `points_of(cast.zhang, 100)`."""

    def give(person, points):
        made = facts.award(
            None,
            person_id=person.id,
            code="task_done",
            fact_key=f"gift:{person.id}:{points}",
            happened_on=DAY,
            memo=Phrase("Task done"),
            times=points // 5,
        )
        assert made.points == points
        return committed(made)

    return give


@pytest.fixture
def request_for(cast):
    """Asks for manual points: `request_for([cast.zhang], code="stairs")`."""
    count = 0

    def ask(people, code="stairs", by="staff", on=DAY, key=None, **kwargs):
        nonlocal count
        count += 1
        return committed(
            requesting.request_awards(
                cast.actor(by),
                person_ids=[person.id for person in people],
                code=code,
                happened_on=on,
                memo="和邻居一起清扫了楼道",
                request_key=key or f"form-{count}",
                **kwargs,
            )
        )

    return ask


@pytest.fixture
def count_queries():
    """How many statements a call sends to the database: `count_queries(lambda: …)`."""

    def count(call):
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "BEGIN")):
                sent.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        count.sent = sent
        return len(sent)

    return count
