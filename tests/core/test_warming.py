"""What a process gets ready, and what /healthz says until then."""

import os
from threading import Event

import pytest

from app.core import clock, warming
from app.core.db import db
from app.core.warming import Warming
from app.home.warming import _one_of_each_role, show_first_pages
from app.people.services.persons import move_out


@pytest.fixture
def steps(monkeypatch):
    """What there is to be warmed: nothing but what the test puts here."""
    monkeypatch.setattr(warming, "_steps", {})
    return warming._steps


@pytest.fixture
def begun(app, monkeypatch):
    """The application as a server has it."""
    monkeypatch.setitem(app.extensions, "warming", Warming(app))
    return app.extensions["warming"]


def wait_for(done):
    for _attempt in range(500):
        if done():
            return
        Event().wait(0.02)
    raise AssertionError("it never got warm")


@pytest.mark.both_engines
def test_a_process_is_ready_once_it_is_warm(client, begun, steps):
    go_on = Event()
    steps["slow"] = lambda: go_on.wait(20)
    assert (
        client.get("/healthz").status_code == 200
    )  # nobody has begun: there is nothing to wait for
    begun.begin()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "starting\n")
    go_on.set()
    wait_for(begun.is_done)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.both_engines
def test_what_cannot_be_warmed_is_written_down_and_keeps_nobody_out(begun, steps, caplog):
    steps["broken"] = lambda: 1 // 0
    reached = Event()
    steps["after it"] = reached.set
    begun.begin()
    wait_for(begun.is_done)
    assert reached.is_set()
    assert "not warmed: broken" in caplog.text


@pytest.mark.both_engines
def test_a_forked_process_warms_itself(begun, steps, monkeypatch):
    ran = []
    steps["count"] = lambda: ran.append(1)
    begun.begin()
    wait_for(begun.is_done)
    begun.begin()
    assert len(ran) == 1
    monkeypatch.setattr(os, "getpid", lambda: -1)
    wait_for(begun.is_done)
    assert len(ran) == 2


def test_the_first_pages_of_every_role_are_shown_without_an_error(app, cast, caplog):
    show_first_pages()
    assert caplog.text == ""


def test_today_is_shown_to_a_resident_who_still_lives_here(cast):
    move_out(cast.actor("staff"), cast.zhang, on=clock.today())
    db.session.commit()
    shown = _one_of_each_role()
    assert cast.resident.id not in {actor.id for actor in shown}
    assert cast.other_resident.id in {actor.id for actor in shown}


def test_a_database_that_cannot_be_reached_is_named(new_app, monkeypatch):
    monkeypatch.setenv("LINLI_DATA", os.environ["LINLI_DATA"])
    client = new_app("postgresql+psycopg://linli@127.0.0.1:1/linli").test_client()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "the database can't be reached\n")
    assert "Set-Cookie" not in answer.headers
