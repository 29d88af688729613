"""Pieces of pages are kept by what they show, in a room of so many bytes, without anybody's token."""

import tracemalloc
from dataclasses import dataclass
from threading import Thread

import pytest
from flask import g, render_template_string, session
from flask_wtf.csrf import generate_csrf

from app.core.i18n import Phrase
from app.core.page_cache import ROOM, Pieces

MB = 1024 * 1024


@dataclass(frozen=True)
class Thing:
    title: str
    text: Phrase


def key(number):
    text = f"{number:06d} 桂花社区居民议事会" * 10
    return ("things", "zh", "", ((Thing(text, Phrase("%(what)s", what=text)), number),))


def test_what_was_shown_longest_ago_gives_way():
    pieces = Pieces(room=10_000)
    for number in range(100):
        pieces.keep(number, ["x" * 1000])
        assert pieces.find(0) is not None
        assert pieces.used <= 10_000
    assert pieces.find(1) is None
    assert pieces.find(99) is not None
    assert pieces.find(95) is not None


def test_what_is_larger_than_the_room_is_not_kept():
    pieces = Pieces(room=10_000)
    pieces.keep("small", ["x"])
    pieces.keep("large", ["x" * 20_000])
    assert pieces.find("large") is None
    assert pieces.used == 0


def test_the_same_piece_twice_takes_its_room_once():
    pieces = Pieces()
    pieces.keep("same", ["x" * 1000])
    used = pieces.used
    pieces.keep("same", ["x" * 1000])
    assert pieces.used == used


def test_what_it_says_it_uses_is_what_it_takes():
    """Keys hold whole rows of text: they take as much as what is made of them."""
    pieces = Pieces()
    tracemalloc.start()
    for number in range(10_000):
        pieces.keep(key(number), [f"<li>{number:06d} 邻里</li>" * 10])
    taken, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.8 * ROOM < pieces.used <= ROOM
    assert taken < 1.25 * ROOM
    assert ROOM == 8 * MB


def test_several_threads_keep_the_sums_right():
    pieces = Pieces(room=50_000)

    def work():
        for number in range(2000):
            if pieces.find(number % 300) is None:
                pieces.keep(number % 300, ["x" * (number % 300)])

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pieces.used == sum(size for _piece, size in pieces._pieces.values())
    assert pieces.used <= 50_000


PIECE = '{% call cached("piece", thing) %}{{ count() }} {{ thing }}{% endcall %}'


def test_a_piece_is_made_once_for_what_it_shows(app):
    made = []

    def count():
        made.append(1)
        return len(made)

    with app.test_request_context():
        shown = [render_template_string(PIECE, count=count, thing=t) for t in ("<a>", "b", "<a>")]
    assert shown == ["1 &lt;a&gt;", "2 b", "1 &lt;a&gt;"]


@pytest.mark.parametrize(
    "form",
    [
        '{% import "_ui/forms.html" as forms %}{{ forms.csrf() }}',
        '<input name="late-csrf_token" value="{{ csrf_token() }}"> {{ csrf_token() }}',
    ],
)
def test_every_reader_gets_the_token_of_their_own_session(app, form):
    source = f'{{% call cached("{form[:5]}", "form") %}}{form}{{% endcall %}}'
    seen = set()
    for _reader in range(3):
        with app.test_request_context():
            shown = render_template_string(source)
            assert generate_csrf() in shown
            assert shown.count(generate_csrf()) == form.count("csrf()") + form.count("csrf_token()")
            seen.add(shown)
            assert session["csrf_token"]
            g.pop("csrf_token")
    assert len(seen) == 3


def test_a_token_made_by_other_means_is_refused(app):
    form = '{% call cached("form") %}<input name="csrf_token" value="{{ 7 }}">{% endcall %}'
    with app.test_request_context(), pytest.raises(ValueError, match="shown to others"):
        render_template_string(form)


def test_a_piece_without_a_form_begins_no_session(app):
    with app.test_request_context():
        render_template_string(PIECE, count=str, thing="plain")
        assert not session


def test_people_may_write_of_tokens(app):
    thing = 'name="csrf_token"'
    with app.test_request_context():
        assert "csrf_token" in render_template_string(PIECE, count=str, thing=thing)
