import re

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import roles
from app.core.access import Role
from app.core.db import db
from tests.cast import PASSWORD


@pytest.fixture
def run(app):
    def running(*arguments):
        return app.test_cli_runner().invoke(args=["user", *arguments])

    return running


def test_an_account_is_made_with_a_password_that_has_to_be_changed(run, client):
    result = run("create", "Xie", "--name", "谢社工", "--role", "staff", "--place", "桂花社区")
    assert result.exit_code == 0
    password = re.fullmatch(r"xie: (\S+)\n", result.output).group(1)
    assert (
        client.post("/sign-in", data={"username": "xie", "password": password}).status_code == 303
    )
    assert client.get("/people").location == "/accounts/password"


def test_a_unit_contact_is_made_with_the_unit(run, cast):
    assert (
        run(
            "create",
            "qian2",
            "--name",
            "钱二",
            "--role",
            "unit",
            "--place",
            "桂花社区",
            "--unit",
            "大山坪小学",
        ).exit_code
        == 0
    )
    assert db.session.scalar(select(User.unit_id).where(User.username == "qian2")) == cast.school.id


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "staff", "--name", "x", "--role", "staff", "--place", "桂花社区"],
        ["create", "xie", "--name", "x" * 61, "--role", "staff", "--place", "桂花社区"],
        ["create", "xie", "--name", " ", "--role", "staff", "--place", "桂花社区"],
        ["create", "a b", "--name", "x", "--role", "staff", "--place", "桂花社区"],
        ["create", "xie", "--name", "x", "--role", "staff", "--place", "没有的社区"],
        ["create", "xie", "--name", "x", "--role", "staff", "--place", "510502002"],
        ["create", "xie", "--name", "x", "--role", "resident", "--place", "桂花社区"],
        [
            "create",
            "xie",
            "--name",
            "x",
            "--role",
            "unit",
            "--place",
            "桂花社区",
            "--unit",
            "没有的单位",
        ],
        ["create", "xie", "--name", "x", "--role", "unit", "--place", "桂花社区"],
        ["grant", "nobody", "host", "桂花社区"],
        ["grant", "staff", "staff", "桂花社区"],
        ["reset-password", "nobody"],
        ["setup-code"],
    ],
)
def test_what_can_not_be_done_is_said_and_not_done(run, arguments):
    before = len(db.session.scalars(select(User.id)).all())
    result = run(*arguments)
    assert result.exit_code != 0
    assert result.stderr
    assert isinstance(result.exception, SystemExit)
    assert len(db.session.scalars(select(User.id)).all()) == before


def test_a_role_is_given_by_code_id_or_name(run, cast):
    assert run("grant", "HOST", "street", "510502002").exit_code == 0
    assert run("grant", "host", "grid", str(cast.grid.id)).exit_code == 0
    assert run("grant", "host", "grid", "桂花苑").exit_code == 0
    held = [(given.role, given.place) for given in roles.grants_of([cast.host.id])[cast.host.id]]
    assert held[1:] == [
        (Role.STREET, "大山坪街道"),
        (Role.GRID, "第一网格"),
        (Role.GRID, "桂花苑"),
    ]


def test_a_forgotten_administrators_password_is_replaced(run, client):
    result = run("reset-password", "admin")
    password = result.output.split(": ")[1].strip()
    assert (
        client.post("/sign-in", data={"username": "admin", "password": PASSWORD}).status_code == 422
    )
    assert (
        client.post("/sign-in", data={"username": "admin", "password": password}).status_code == 303
    )
