"""Statements run on the driver's cursor keep what SQLAlchemy promises."""

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from app.core.db import db, rows
from app.core.statements import run, run_many
from app.ledger.models import Account, AccountKind, LedgerUnit
from tests.core.counting import counted  # noqa: F401 - a fixture

NAMES = ("code", "kind", "unit", "balance")
ADD = insert(Account).values({n: bindparam(n, type_=Account.__table__.c[n].type) for n in NAMES})
ISSUE = (AccountKind.ISSUE, LedgerUnit.POINTS, 0)


def add(code):
    values = dict(zip(NAMES, (code, *ISSUE), strict=True))
    return run(db.session.connection(), ADD, values)


@pytest.mark.both_engines
def test_a_refused_row_is_refused_as_it_would_be_by_sqlalchemy(app, counted):  # noqa: F811
    for code in ("fund:1", "fund:2"):  # the second time it is prepared
        assert list(add(code)) == []
    with (
        counted() as sent,
        pytest.raises(IntegrityError, match="account") as refusal,
        db.session.begin_nested(),
    ):
        add("fund:2")
    assert "fund:2" not in str(refusal.value.orig)  # no row is quoted in a log
    assert [text.split()[0] for text in sent] == ["INSERT"]
    codes = select(Account.code).where(Account.code.like("fund:%")).order_by(Account.code)
    assert [code for (code,) in rows(codes)] == ["fund:1", "fund:2"]


@pytest.mark.both_engines
def test_values_are_converted_for_many_rows_as_for_one(app, engine):
    if engine == "sqlite":  # PostgreSQL gets many rows as one statement
        run_many(db.session.connection(), ADD, [("fund:3", *ISSUE), ("fund:4", *ISSUE)])
    else:
        add("fund:3"), add("fund:4")
    found = select(Account.kind, Account.unit).where(Account.code == "fund:4")
    for _ in range(2):  # as it comes, and prepared
        assert [tuple(row) for row in rows(found)] == [ISSUE[:2]]
