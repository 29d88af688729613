"""A load that did not come to its end is begun anew or named, never served as if it had."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.core import clock
from app.core.db import begin_writing, db
from app.demo import history
from app.demo.scales import SCALES, Scale
from tests.sample import run

TINY = {"communities": 3, "grids": 1, "households": 60, "meetings": 4, "tasks": 2, "awards": 10}


@pytest.fixture
def cut_off(new_database, new_app, monkeypatch):
    """Begins to load a sample, is killed in its second community; returns the application."""

    def load(*, at_once):
        app = new_app(new_database(), DEMO=True)
        begin_writing()
        assert run(app, "prepare").exit_code == 0
        begun = count(1)
        write = history.write

        def killed(*args):
            if next(begun) == 2:
                raise KeyboardInterrupt
            write(*args)

        monkeypatch.setattr(history, "write", killed)
        monkeypatch.setitem(SCALES, "street", Scale(**TINY, at_once=at_once))
        assert run(app, "demo", "load").exit_code != 0
        begin_writing()
        return app

    return load


def accounts(app):
    with app.app_context():
        found = db.session.scalar(select(func.count(User.id)))
        db.session.remove()
        db.engine.dispose()
    return found


def test_of_a_small_sample_nothing_is_left(cut_off):
    assert accounts(cut_off(at_once=True)) == 0


def test_a_large_sample_is_named_with_what_to_delete(cut_off):
    app = cut_off(at_once=False)
    for command in (("prepare", "--demo"), ("demo", "load"), ("demo", "load", "--if-empty")):
        done = run(app, *command)
        assert done.exit_code == 1
        assert "half-loaded" in done.output
        assert "只载入了一半" in done.output
        assert str(app.config["FILES_FOLDER"].parent) in done.output
        begin_writing()
    assert accounts(app)


def test_before_the_rules_of_2026_it_is_refused_in_a_sentence(tmp_path, new_app):
    app = new_app(f"sqlite:///{tmp_path / 'linli.db'}", DEMO=True)
    begin_writing()
    with clock.frozen(clock.at(date(2026, 3, 20), 10)):
        done = run(app, "prepare", "--demo")
    assert done.exit_code == 1
    assert "2026-07-01" in done.output
    assert accounts(app) == 0
