"""Hashing a password takes a while: meanwhile others must be able to write."""

from __future__ import annotations

import pytest

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.services import activation, sessions
from app.core.db import db
from app.core.errors import Refused
from tests.cast import PASSWORD

NEW = {"password": "Guihua-2026", "repeat": "Guihua-2026"}


@pytest.fixture
def held(monkeypatch):
    """Whether a transaction was open, for every password hashed or compared."""
    seen, hashed, is_right = [], passwords.hashed, passwords.is_right

    def watch(call):
        def watched(*arguments):
            seen.append(db.session().in_transaction())
            return call(*arguments)

        return watched

    monkeypatch.setattr(passwords, "hashed", watch(hashed))
    monkeypatch.setattr(passwords, "is_right", watch(is_right))
    return seen


def test_when_one_changes_ones_own(sign_in, cast, held):
    answer = sign_in(cast.staff).post("/accounts/password", data={"current": PASSWORD, **NEW})
    assert (answer.status_code, held) == (303, [False] * 3)


def test_when_an_account_is_made(sign_in, cast, held):
    answer = sign_in(cast.street_officer).post(
        f"/accounts/new?place={cast.community.id}",
        data={"role": "unit", "name": "谢", "username": "xie", "unit_id": cast.school.id},
    )
    assert (answer.status_code, held) == (200, [False])


def test_when_one_is_reset(sign_in, cast, held):
    answer = sign_in(cast.street_officer).post(f"/accounts/{cast.staff.id}/password")
    assert (answer.status_code, held) == (200, [False])


def test_when_a_slip_is_used(client, cast, held):
    _slip, code = activation.issue_activation(cast.actor("staff"), cast.wang)
    db.session.commit()
    answer = client.post("/activate", data={"code": code, **NEW})
    assert (answer.status_code, held) == (303, [False])


def test_a_password_changed_meanwhile_stays(cast):
    kept, cast.staff.password_hash = cast.staff.password_hash, passwords.hashed("Another-one-1")
    db.session.commit()
    with pytest.raises(Refused):
        sessions.change_password(
            cast.actor("staff"), current=PASSWORD, password=NEW["password"], kept=kept
        )
    assert passwords.is_right("Another-one-1", db.session.get(User, cast.staff.id).password_hash)
