"""A test whose subject is something the engines do differently is marked `both_engines`.

`manage.py test` runs the others on SQLite only.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.house.subjects import ROOT, Source, Use, decorators, source_of, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator

# Browsers see the same of both, and of all routes and forms one engine is enough for a push.
MARKS = {"both_engines", "browser", "matrix"}
WITH_A_FIXTURE = """
import threading

@pytest.fixture
def gate():
    return threading.Barrier(2)

@pytest.mark.usefixtures('gate')
def test_it(app): ...
"""


def _tests() -> Iterator[Use]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        yield from (
            Use(source_of(path), name)
            for name in source_of(path).defined
            if name.startswith("test_")
        )


def _marked(test: Use) -> bool:
    everywhere = test.source.defined.get("pytestmark")
    said = decorators(test.source.defined[test.name]) + (
        ast.unparse(everywhere) if everywhere else ""
    )
    return any(f"mark.{mark}" in said for mark in MARKS)


def test_what_an_engine_may_do_otherwise_is_tried_on_both():
    unmarked = [
        f"{test.source.path.relative_to(ROOT)}::{test.name}: {', '.join(sorted(found))}"
        for test in _tests()
        if not _marked(test) and (found := subjects(test))
    ]
    assert unmarked == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import sqlalchemy as sa\ndef test_it(app): sa.text('x')", {"SQL"}),
        ("def test_it(cast): ask(cast, 'SELECT 1 FROM place')", {"SQL"}),
        ("def test_it(app, counted): ...", {"SQL"}),
        ("from sqlalchemy.exc import DataError as E\ndef test_it(app): raises(E)", {"constraints"}),
        ("from app.core.db import hold\ndef test_it(app): hold(row)", {"locks"}),
        (WITH_A_FIXTURE, {"locks"}),
        ("def test_it(app): run('DROP TRIGGER x')", {"triggers"}),
        ("def ask(c): c.get('/people?q=zjg')\ndef test_it(client): ask(client)", {"search"}),
        ("def test_it(engine): ...", {"the engine"}),
        ("def test_it(client): client.get('/people')", set()),
        ("import threading\ndef test_it(tmp_path): threading.Barrier(2)", set()),
    ],
)
def test_what_gives_a_test_away_is_found(text, found):
    source = Source(ROOT / "tests" / "people" / "test_it.py", text)
    assert subjects(Use(source, "test_it")) == found
