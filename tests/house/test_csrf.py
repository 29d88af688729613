"""Nothing is changed by a request that doesn't carry the token of the reader's own session."""

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine, event

from app.core.security import csrf
from tests.house.test_access import requests

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture
def written():
    found = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(WRITES):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.matrix
@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "another's"}], ids=["no", "wrong"])
def test_without_the_token_every_post_is_refused_and_writes_nothing(
    shipped, staff, written, headers
):
    posts = [request for request in requests(shipped) if request[1] == "POST"]
    taken = [
        (endpoint, answer.status_code)
        for endpoint, _method, address in posts
        if (answer := staff.post(address, headers=headers)).status_code != 400
    ]
    assert posts
    assert taken == []
    assert written == []


def test_with_the_token_a_post_is_taken(shipped, staff):
    with shipped.test_request_context():
        token = generate_csrf()
        unsigned = session["csrf_token"]
    with staff.session_transaction() as theirs:
        theirs["csrf_token"] = unsigned
    answer = staff.post("/appearance", data={"theme": "dark", "csrf_token": token})
    assert answer.status_code == 303


@pytest.mark.usefixtures("shipped")
def test_no_view_is_exempt():
    assert csrf._exempt_views == set()
    assert csrf._exempt_blueprints == set()
