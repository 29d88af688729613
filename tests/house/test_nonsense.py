"""To any nonsense in a form the answer is a page, a way on or a refusal: never a broken server.

The fields of each form are those that the program asks for when it is sent, so none is forgotten.
"""

from __future__ import annotations

from typing import ClassVar

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from app.accounts.queries.sessions import actor_of
from app.core import access, clock
from app.core.db import db
from tests.house import things
from tests.house.test_scope import thing

READERS = ("staff", "host", "street_officer", "admin", "resident")
NONSENSE = {
    "empty": [""],
    "twice": ["1", "2"],
    "text": ["张三'\";--<b>"],
    "negative": ["-1"],
    "huge": ["9" * 30],
    "foreign": ["987654"],
    "long": ["长" * 30_000],
    "unprintable": ["a\x00b\u202e"],
    "a day": ["0001-01-01"],
}


ALWAYS = {"twice", "foreign"}  # the others with --all


class _Noticing(ImmutableMultiDict):
    """A form that remembers what it was asked for."""

    asked: ClassVar[set[str]] = set()

    def _note(self, name):
        if isinstance(name, str):
            self.asked.add(name)

    def get(self, key, *args, **kwargs):
        self._note(key)
        return super().get(key, *args, **kwargs)

    def getlist(self, key, *args, **kwargs):
        self._note(key)
        return super().getlist(key, *args, **kwargs)

    def __contains__(self, key):
        self._note(key)
        return super().__contains__(key)


@pytest.fixture
def posts(app, made, cast):
    """(endpoint, path, reader) of every POST, of things that are there, by one who may send it."""
    urls = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        named = {name: thing(made, rule.endpoint, name) for name in rule.arguments}
        needed = access.needs(app.view_functions[rule.endpoint])
        able = [
            name
            for name in READERS
            if not needed or needed & actor_of(getattr(cast, name)).capabilities
        ]
        found.append((rule.endpoint, urls.build(rule.endpoint, named, method="POST"), able[0]))
    return found


@pytest.fixture
def send(app, cast, client, monkeypatch):
    """Sends a form and takes back what it did; the status, and the fields that were asked for."""
    identities = {name: actor_of(getattr(cast, name)).get_id() for name in READERS}
    monkeypatch.setattr(app.request_class, "parameter_storage_class", _Noticing)

    def sending(path, reader, data):
        _Noticing.asked = set()
        with client.session_transaction() as session:
            session.clear()
            session.update(_user_id=identities[reader], _fresh=True)
        db.session.remove()  # its savepoint lies under the one that is begun here
        with db.engine.begin_nested() as before, clock.frozen(things.NOW):
            answer = client.post(path, data=data)
            answer.close()
            db.session.remove()
            before.rollback()
        return answer.status_code, set(_Noticing.asked)

    return sending


@pytest.mark.matrix
@pytest.mark.parametrize(
    "kind",
    [
        kind if kind in ALWAYS else pytest.param(kind, marks=pytest.mark.thorough)
        for kind in NONSENSE
    ],
)
def test_no_field_breaks_the_server(posts, send, kind):
    """Each field by itself with the others plausible, then all of them."""
    broken, tried = [], 0
    for endpoint, path, reader in posts:
        fields = send(path, reader, {})[1]
        fields = {*fields, *send(path, reader, dict.fromkeys(fields, "1"))[1]} - {"csrf_token"}
        forms = [dict.fromkeys(fields, "1") | {field: NONSENSE[kind]} for field in fields]
        for form in [{}, *forms, dict.fromkeys(fields, NONSENSE[kind])]:
            status, _asked = send(path, reader, form)
            tried += 1
            if not (status in {200, 204, 303} or 400 <= status < 500):
                broken.append((endpoint, form, status))
    assert broken == []
    assert tried > 400
