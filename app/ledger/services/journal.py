"""The statements for the engine the session is connected to."""

from __future__ import annotations

from app.core.db import db
from app.ledger.services.on_postgresql import PostgresqlStatements
from app.ledger.services.on_sqlite import SqliteStatements
from app.ledger.services.statements import Statements

_ENGINES: dict[str, type[Statements]] = {
    "sqlite": SqliteStatements,
    "postgresql": PostgresqlStatements,
}


def journal() -> Statements:
    connection = db.session.connection()
    return _ENGINES[connection.dialect.name](connection)
