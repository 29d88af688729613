"""A GET never writes: each is answered on a connection that refuses to."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.accounts.queries.sessions import actor_of
from app.core import access, clock
from app.core.access import CAPABILITIES, Role
from app.core.db import db
from tests.house import things
from tests.house.test_access import USERS
from tests.house.test_scope import thing

# Without a community there is nothing they could show.
OF_A_COMMUNITY = {"board.board_notices", "board.board_resolutions"}
# Takes two versions; tests/conventions/ has them.
OPENED_ELSEWHERE = {"conventions.compare_versions"}
READERS = [Role.STREET, Role.STAFF, Role.RESIDENT]


@pytest.fixture
def pages(app, cast, made) -> list[tuple[str, str]]:
    """(endpoint, path) of every GET, filled with what is in 桂花社区."""
    urls = app.url_map.bind("localhost")
    return [
        (rule.endpoint, urls.build(rule.endpoint, named | more, method="GET"))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
        for named in [{name: thing(made, rule.endpoint, name) for name in rule.arguments}]
        for more in [{"community": cast.community.id} if rule.endpoint in OF_A_COMMUNITY else {}]
    ]


@pytest.fixture
def refusing(app, engine):
    """Makes the test's connection refuse every statement that writes, until the test is over."""
    connection = db.engine

    def refuse():
        db.session.remove()
        if engine == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    yield refuse
    if engine == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = OFF")


@pytest.mark.matrix
def test_every_get_opens_and_none_writes(app, pages, cast, client, refusing):
    """Asked as staff, who see most of the pages, and as those who alone see the rest."""
    identities = {role: actor_of(getattr(cast, USERS[role])).get_id() for role in READERS}
    refusing()
    failed, opened = [], set()
    for endpoint, path in pages:
        needed = access.needs(app.view_functions[endpoint])
        for role in READERS:
            if needed and not needed & CAPABILITIES[role]:
                continue
            with client.session_transaction() as session:
                session.clear()
                session.update(_user_id=identities[role], _fresh=True)
            with clock.frozen(things.NOW):
                answer = client.get(path)
            answer.close()
            if answer.status_code < 400:
                opened.add(endpoint)
            if answer.status_code >= 500:
                failed.append((endpoint, role.value, answer.status_code))
    assert failed == []
    assert {endpoint for endpoint, _path in pages} - opened == OPENED_ELSEWHERE


@pytest.mark.both_engines
def test_the_connection_refuses(refusing):
    refusing()
    with pytest.raises(DBAPIError), db.engine.begin_nested():
        db.engine.execute(sa.text("UPDATE place SET name = 'x'"))
