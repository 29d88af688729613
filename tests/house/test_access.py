"""Every route × every role, from one table: `access.txt` beside this file.

Each line names an endpoint and who gets in: `everybody`, `all signed in`, or role names. To
change it, change the endpoint's mark and the line; a new endpoint needs a line.
"""

from pathlib import Path

import pytest
from flask import Flask

from app.core import access
from app.core.access import CAPABILITIES, Role

TABLE = Path(__file__).with_name("access.txt")
USERS = {
    Role.ADMIN: "admin",
    Role.STREET: "street_officer",
    Role.STAFF: "staff",
    Role.HOST: "host",
    Role.GRID: "grid_worker",
    Role.OVERSIGHT: "oversight",
    Role.UNIT: "unit_contact",
    Role.RESIDENT: "resident",
}
UNKNOWN_ID = 987_654


def said() -> dict[str, str]:
    lines = (line.partition(":") for line in TABLE.read_text("utf-8").splitlines() if line.strip())
    return {endpoint.strip(): who.strip() for endpoint, _colon, who in lines}


def marked(app: Flask) -> dict[str, str]:
    """The table as the endpoints' own marks have it."""
    found = {}
    for endpoint, view in sorted(app.view_functions.items()):
        needed = access.needs(view)
        if needed is None:
            found[endpoint] = "everybody"
        elif not needed:
            found[endpoint] = "all signed in"
        else:
            found[endpoint] = " ".join(role for role in Role if needed & CAPABILITIES[role])
    return found


def test_the_table_says_what_the_endpoints_declare(app):
    assert said() == marked(app)


def requests(app: Flask):
    """(endpoint, method, address) of every route, with ids that no row has."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        arguments = {
            name: UNKNOWN_ID if type(rule._converters[name]).__name__ == "IntegerConverter" else "x"
            for name in rule.arguments
        }
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        built = app.url_map.bind("localhost").build(rule.endpoint, arguments, method=method)
        yield rule.endpoint, method, built


def test_visitors_are_sent_to_sign_in(app, client):
    table = said()
    for endpoint, method, address in requests(app):
        answer = client.open(address, method=method)
        answer.close()
        sent = answer.status_code == 303 and "/sign-in" in (answer.location or "")
        assert answer.status_code < 500, (endpoint, answer.status_code)
        if table[endpoint] != "everybody":
            assert sent, (endpoint, answer.status_code)


@pytest.mark.parametrize("role", list(USERS))
def test_each_role_gets_where_the_table_says(app, cast, sign_in, role):
    table = said()
    wrong = []
    client = sign_in(getattr(cast, USERS[role]))
    for endpoint, method, address in requests(app):
        if endpoint in {"accounts.sign_out", "accounts.sign_out_everywhere"}:
            continue
        answer = client.open(address, method=method)
        answer.close()
        allowed = (
            table[endpoint] in {"everybody", "all signed in"} or role in table[endpoint].split()
        )
        if answer.status_code >= 500 or (answer.status_code == 403) == allowed:
            wrong.append((endpoint, method, answer.status_code))
    assert wrong == []
