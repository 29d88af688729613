"""What a database is told after much was written to it at once."""

from __future__ import annotations

from sqlalchemy import inspect

from app.core.db import db

_FEW = 1000  # rows: a table with fewer may soon be a hundred times as large


def refresh_statistics() -> None:
    """Let the database count anew how many rows of each kind it has: its plans follow from that."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE")
        return
    connection.exec_driver_sql("PRAGMA analysis_limit=1000")  # rows looked at in each index
    connection.exec_driver_sql("ANALYZE")
    # SQLite counts only when told to. What it knows of a table that is nearly empty would have it
    # read the whole table ever after, however large that becomes: it is told of a few more.
    connection.exec_driver_sql(
        "UPDATE sqlite_stat1 SET stat = ? || substr(stat, instr(stat || ' ', ' '))"
        " WHERE CAST(stat AS INTEGER) < ?",
        (str(_FEW), _FEW),
    )
    if inspect(connection).has_table("sqlite_stat4"):  # not in every build; it says the same
        connection.exec_driver_sql("DELETE FROM sqlite_stat4")
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them anew


def continue_numbering() -> None:
    """After rows were written with ids of their own: PostgreSQL's sequences go on behind the
    highest. SQLite needs nothing."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in db.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - our own names
                f'coalesce((SELECT max("{column.name}") FROM "{table.name}"), 0) + 1, false)'
            )
