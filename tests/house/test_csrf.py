"""Nothing is changed by a request that doesn't carry the token of the reader's own session."""

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine, event

from app import create_app
from app.core.db import db
from app.core.security import csrf
from tests.house.test_access import requests

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture
def shipped(prepared):
    """The application with its own settings about tokens; the tests' others turn them off."""
    application = prepared[0]
    kept = ("TESTING", "SQLALCHEMY_DATABASE_URI", "SECRET_KEY", "RATELIMIT_ENABLED", "FILES_FOLDER")
    made = create_app({name: application.config[name] for name in kept})
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def staff(shipped, prepared):
    client = shipped.test_client()
    with shipped.app_context():
        identity = prepared[1].here().actor("staff").get_id()
        db.session.remove()
    with client.session_transaction() as theirs:
        theirs.update(_user_id=identity, _fresh=True)
    return client


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
