"""What migrations have in common: columns, indexes and triggers that promise the same on both engines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def choice(name: str, *values: str) -> sa.Enum:
    """One of the values, kept as text; a CHECK named after the table and `name` holds a row to them."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def by_bytes(length: int) -> sa.String:
    """Text that is found by its beginning: PostgreSQL uses an index for that only if it compares
    bytes, as SQLite always does."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def only(condition: str) -> dict[str, sa.TextClause]:
    """For an index of the rows for which the condition holds, and of no others."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def drop_tables(*tables: str) -> None:
    """Drop the tables, the last one first, and the functions that nothing but their triggers calls."""
    for table in reversed(tables):
        functions = [] if on_sqlite() else _functions_of(table)
        op.drop_table(table)
        for function in functions:
            op.execute(f"DROP FUNCTION {function}")


def _functions_of(table: str) -> list[str]:
    statement = sa.text(
        "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger"
        " WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal AND NOT EXISTS"
        " (SELECT 1 FROM pg_trigger AS other"
        " WHERE other.tgfoid = pg_trigger.tgfoid AND other.tgrelid <> pg_trigger.tgrelid)"
    )
    return list(op.get_bind().scalars(statement, {"name": table}))


def append_only(table: str) -> None:
    """Refuse UPDATE and DELETE on the table."""
    if on_sqlite():
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def keep_rows(table: str) -> None:
    """Refuse DELETE on the table: what happened is voided, not removed."""
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} keeps its rows'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% keeps its rows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keep_rows BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_delete()"
    )


def unchangeable(table: str, *columns: str) -> None:
    """Refuse UPDATE of these columns of the table."""
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE OF {', '.join(columns)} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} keeps its {', '.join(columns)}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change_of_columns() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% keeps its %', TG_TABLE_NAME, TG_ARGV[0] "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns('{', '.join(columns)}')"
    )


def no_replacing(table: str, *keys: str) -> None:
    """Refuse INSERT OR REPLACE, with which SQLite removes a row without calling DELETE triggers.

    Each key is a column or several ("transaction_id, number") that identify a row. The table's
    INSERT … ON CONFLICT DO NOTHING is refused as well, before it could do nothing.
    """
    if not on_sqlite():
        return
    same = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))
        + ")"
        for key in keys
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_replacing BEFORE INSERT ON {table} WHEN {same} "
        f"BEGIN SELECT RAISE(ABORT, '{table} has this row already'); END"
    )


def refuse_when(name: str, table: str, act: str, condition: str, message: str) -> None:
    """Refuse an INSERT, UPDATE or DELETE of rows for which an SQL condition on NEW and OLD holds.

    `name` names the trigger. The condition may ask other tables.
    """
    if on_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {'OLD' if act == 'DELETE' else 'NEW'}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def stop_refusing(name: str, table: str) -> None:
    """Take back what `refuse_when` laid on a table."""
    if on_sqlite():
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")
