"""Whether a database on PostgreSQL has been prepared: asked by `manage.py` before it serves.

A program of its own that imports nothing but the driver: the answer takes a fifth of a second, and
`flask prepare` takes seconds. launcher/prepared.py has the same for SQLite.
"""

from __future__ import annotations

import os
import sys

import psycopg

_PATIENCE = 10  # seconds

_STATE = """
    SELECT version_num, (SELECT count(*) FROM calendar_day), (SELECT max(day) FROM calendar_day)
    FROM alembic_version
    WHERE EXISTS (SELECT 1 FROM user_account) AND NOT EXISTS (
        SELECT 1 FROM ledger_transaction
        WHERE day < %(today)s AND day > coalesce((SELECT max(day) FROM seal), '-infinity')
    )
"""


def state(url: str, today: str) -> str:
    """The migration and the calendar; nothing while there are no accounts or a day is to be sealed,
    nor if the database can't be asked."""
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE, autocommit=True) as connection:
            found = connection.execute(_STATE, {"today": today}).fetchall()
    except psycopg.Error:
        return ""
    return "; ".join(" ".join(map(str, row)) for row in found)


if __name__ == "__main__":
    sys.stdout.write(state(os.environ["DATABASE_URL"], sys.argv[1]))
