"""What SQLite knows of its tables must not make it slow once they have grown."""

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.core.upkeep import refresh_statistics
from app.ledger.interface import open_account
from app.ledger.models import AccountKind
from app.ledger.services import statements

pytestmark = pytest.mark.both_engines


def plan(statement, *values):
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [row.detail for row in rows]


def test_a_table_counted_while_it_was_nearly_empty_is_still_searched_by_its_key(app, engine):
    open_account(code="issue", kind=AccountKind.ISSUE)
    refresh_statistics()
    if engine == "sqlite":
        steps = plan(str(statements._hold(1).compile(db.engine)), 1)
        assert "SEARCH account USING INTEGER PRIMARY KEY (rowid=?)" in steps
        assert not any(step.startswith("SCAN account") for step in steps)
        few = "SELECT count(*) FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < 1000"
        assert db.session.scalar(sa.text(few)) == 0
