"""How the ledger's rows are read and written: few statements, however many rows there are.

SQLAlchemy Core makes them for both engines, and each is compiled once. SQLite, which runs in this
process, writes one table after the other; PostgreSQL, which is a round trip away, gets all that is
to be written as one statement, its rows as JSON.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    Connection,
    Date,
    FromClause,
    Integer,
    String,
    any_,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    select,
    true,
    union_all,
)

from app.core import clock
from app.core.access import Actor
from app.core.db import Model, db, insert_new
from app.ledger.models import Account, AccountKind, LedgerUnit, Lot, LotUse, Posting, Transaction

# With so many rows a table may grow by more than PostgreSQL's plans for it were made for.
_MANY = 100

encode = json.JSONEncoder(ensure_ascii=False, default=date.isoformat).encode


class Held(NamedTuple):
    """An account when it was locked."""

    id: int
    code: str
    kind: str
    unit: str
    balance: int


Accounts = dict[int, Held]
Ids = dict[str, int]  # of transactions, by key
LotId = tuple[int, int]  # a lot is named by its posting: the transaction and the number in it


@dataclass(slots=True)
class OpenLot:
    id: LotId
    account_id: int
    remaining: int
    expires_on: date | None

    def is_overdue(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on < on


Use = tuple[str, int, int, int]  # key, the lot's transaction and number, amount


class Drafts:
    """Transactions as they are going to be written, row by row, told apart by their keys."""

    def __init__(self) -> None:
        # key, kind, memo, reverses_id, shortfall
        self.transactions: list[tuple[str, str, str, int | None, int]] = []
        # key, number, source, destination, amount, expires_on, whether it makes a lot
        self.postings: list[tuple[str, int, int, int, int, date | None, bool]] = []
        # by key and lot: the amount taken, negative if it is returned
        self.uses: dict[tuple[str, LotId], int] = defaultdict(int)


def accounts(codes: Collection[str]) -> list[Held]:
    """The accounts with these codes, as far as there are any."""
    return [Held(*row) for row in _run(_connected(), _accounts, sent=_listed(codes))]


def open_missing(codes: Collection[str], kind: AccountKind, unit: LedgerUnit) -> None:
    """Add accounts; those that are there already stay as they are."""
    _run(_connected(), _open, sent=encode([(code,) for code in codes]), kind=kind, unit=unit)


def hold(ids: Collection[int], keys: Collection[str] = ()) -> tuple[Accounts, Ids | None]:
    """Accounts by id, locked until this transaction ends.

    They are locked in the order of their ids, and the expiry account after all others, so that
    two transactions that each lock once never wait for each other. On SQLite, where from now on
    nobody else can write, also what `posted` says of the keys.
    """
    connection, sent = _connected(), _listed(ids)
    if connection.dialect.name == "postgresql":
        return {row[0]: Held(*row) for row in _run(connection, _hold, sent=sent)}, None
    found = _run(connection, _hold_and_look, sent=sent, keys=_listed(keys)).fetchall()
    accounts = {row[0]: Held(*row) for row in found if row[2] is not None}
    return accounts, {row[1]: row[0] for row in found if row[2] is None}


def posted(keys: Collection[str]) -> dict[str, int]:
    """The ids of the transactions that have these keys already."""
    return {key: id_ for id_, key in _run(_connected(), _posted, sent=_listed(keys))}


def open_lots(wallets: Collection[int]) -> list[OpenLot]:
    """Lots with something left, the first to expire first, then the oldest."""
    return [
        OpenLot((transaction, number), wallet, remaining, _day(until))
        for transaction, number, wallet, remaining, until in _run(
            _connected(), _open_lots, sent=_listed(wallets)
        )
    ]


def write(actor: Actor | None, moment: datetime, drafts: Drafts) -> dict[str, int]:
    """Write the drafts. Returns the ids of the transactions by key.

    On PostgreSQL nothing is written of one whose key is there already: it has no id then.
    """
    connection = _connected()
    same = {
        "actor_id": actor.id if actor else None,
        "actor_name": actor.name if actor else "",
        "posted_at": moment,
        "day": clock.local(moment).date(),
    }
    uses = [(key, *lot, amount) for (key, lot), amount in drafts.uses.items() if amount]
    if connection.dialect.name == "postgresql":
        return _write_at_once(connection, drafts, uses, same)
    return _write_in_turn(connection, drafts, uses, same)


def _write_in_turn(
    connection: Connection, drafts: Drafts, uses: list[Use], same: dict[str, Any]
) -> dict[str, int]:
    """SQLite: one table after the other, while nobody else can write."""
    who = same["actor_id"], same["actor_name"]
    at = same["posted_at"].replace(tzinfo=None).isoformat(" ", "microseconds")
    when = at, same["day"].isoformat()
    ((newest,),) = _run(connection, _newest)
    ids = {row[0]: id_ for id_, row in enumerate(drafts.transactions, newest + 1)}
    transactions = [
        (ids[key], key, kind, memo, *who, reverses, short, *when)
        for key, kind, memo, reverses, short in drafts.transactions
    ]
    _add(connection, Transaction, transactions)
    # In the order of their ids: the triggers look for the newest, see the migration.
    postings = sorted(
        (ids[key], number, source, destination, amount, until and until.isoformat())
        for key, number, source, destination, amount, until, _lot in drafts.postings
    )
    _add(connection, Posting, postings)
    lots = [
        (ids[key], number, destination, amount, amount, until and until.isoformat())
        for key, number, _source, destination, amount, until, lot in drafts.postings
        if lot
    ]
    _add(connection, Lot, lots)
    _add(connection, LotUse, sorted((ids[key], *use) for key, *use in uses))
    return ids


def _write_at_once(
    connection: Connection, drafts: Drafts, uses: list[Use], same: dict[str, Any]
) -> dict[str, int]:
    """PostgreSQL: all tables in one statement."""
    if len(drafts.transactions) >= _MANY:
        # A foreign key checked with a plan from when its table was small would read the whole
        # table for each row: let the plans be made anew.
        connection.exec_driver_sql("DISCARD PLANS")
    # An empty part would still call its trigger.
    wanted = (drafts.postings, any(posting[-1] for posting in drafts.postings), uses)
    parts = [part for part, rows in zip((_postings, _lots, _uses), wanted, strict=True) if rows]
    sent = {"transactions": drafts.transactions, "postings": drafts.postings, "uses": uses}
    texts = {name: encode(rows) for name, rows in sent.items()}
    return {key: id_ for id_, key in _run(connection, _at_once, *parts, **same, **texts)}


def _add(connection: Connection, model: type[Model], rows: Sequence[Any]) -> None:
    """Insert rows of all of a table's columns."""
    if rows:
        _execute(connection, _compiled("sqlite", insert, (model,))[0], rows, many=True)


def _connected() -> Connection:
    return db.session.connection()


def _run(
    connection: Connection, build: Callable[..., Any], *parts: Callable[..., Any], **values: Any
) -> Any:
    """The rows of a statement."""
    text, order, processors = _compiled(connection.dialect.name, build, parts)
    for name, process in processors.items():
        values[name] = process(values[name])
    given = values if order is None else tuple(values[name] for name in order)
    return _execute(connection, text, given)


def _execute(connection: Connection, text: str, values: Any, *, many: bool = False) -> Any:
    """Run a statement on the driver's cursor: SQLAlchemy would need longer for it than SQLite
    does. It is told of the statement, and of what goes wrong with it, all the same."""
    cursor: Any = connection.connection.cursor()
    connection.dispatch.before_cursor_execute(connection, cursor, text, values, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, text, values, cursor, None)  # noqa: SLF001 - as it does itself
    return cursor


@cache
def _compiled(
    _engine_name: str, build: Callable[..., Any], parts: Sequence[Callable[..., Any]]
) -> Any:
    """A statement's text, the order of its parameters if they have one, and what makes of a
    parameter what the engine's driver takes."""
    dialect = db.session.get_bind().dialect
    compiled = build(*parts).compile(dialect=dialect)
    makers = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in compiled.binds.items()
    }
    processors = {name: make for name, make in makers.items() if make}
    return compiled.string, compiled.positiontup, processors


def _engine() -> str:
    return db.session.get_bind().dialect.name


def _listed(values: Collection[Any]) -> str | list[Any]:
    return encode([(value,) for value in values]) if _engine() == "sqlite" else list(values)


def _day(value: Any) -> date | None:
    """SQLite keeps dates as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _sent(name: str = "sent", **columns: Any) -> FromClause:
    """A parameter's rows, JSON arrays in a JSON array, as a table."""
    text = bindparam(name, type_=String)
    values: list[Any]
    if _engine() == "sqlite":
        row: Any = func.json_each(text).table_valued("value").c.value
        values = [func.json_extract(row, literal_column(f"'$[{n}]'")) for n in range(len(columns))]
    else:
        row = func.json_array_elements(cast(text, JSON)).table_valued("value").c.value
        texts = [row.op("->>")(literal_column(str(number))) for number in range(len(columns))]
        values = [cast(value, type_) for value, type_ in zip(texts, columns.values(), strict=True)]
    named = (value.label(column) for value, column in zip(values, columns, strict=True))
    return select(*named).subquery(name)


def _among(column: Any, name: str = "sent") -> Any:
    """Whether a column has one of the values of a parameter (see `_listed`).

    PostgreSQL would guess a hundred of what comes as JSON, and read whole tables for them.
    """
    if _engine() == "sqlite":
        return column.in_(select(_sent(name, value=column.type)))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


_HELD = (Account.id, Account.code, Account.kind, Account.unit, Account.balance)


def _accounts() -> Any:
    return select(*_HELD).where(_among(Account.code))


def _open() -> Any:
    sent = _sent(code=String)
    kind = bindparam("kind", type_=Account.__table__.c.kind.type)
    unit = bindparam("unit", type_=Account.__table__.c.unit.type)
    rows = select(sent.c.code, kind, unit, literal_column("0")).where(true()).order_by(sent.c.code)
    return insert_new(Account).from_select(["code", "kind", "unit", "balance"], rows)


def _hold() -> Any:
    # FOR NO KEY UPDATE: meanwhile others may still add rows that refer to the accounts.
    return (
        select(*_HELD)
        .where(_among(Account.id))
        .order_by(Account.kind == literal_column(f"'{AccountKind.EXPIRED}'"), Account.id)
        .with_for_update(key_share=True, of=Account)
    )


def _hold_and_look() -> Any:
    known = _among(Transaction.key, "keys")
    nothing: list[Any] = [literal_column("NULL")] * 3
    return union_all(
        select(*_HELD).where(_among(Account.id)),
        select(Transaction.id, Transaction.key, *nothing).where(known),
    )


def _newest() -> Any:
    return select(func.coalesce(func.max(Transaction.id), literal_column("0")))


def _posted() -> Any:
    known = _among(Transaction.key)
    return select(Transaction.id, Transaction.key).where(known)


def _open_lots() -> Any:
    return (
        select(Lot.transaction_id, Lot.number, Lot.account_id, Lot.remaining, Lot.expires_on)
        .where(Lot.remaining > literal_column("0"))
        .where(_among(Lot.account_id))
        .order_by(Lot.account_id, Lot.expires_on.nulls_last(), Lot.transaction_id, Lot.number)
    )


def _at_once(*parts: Callable[[FromClause], Any]) -> Any:
    written = _transactions().cte("written")
    added = [part(written).cte(part.__name__) for part in parts]
    return select(written.c.id, written.c.key).add_cte(*added)


def _transactions() -> Any:
    sent = _sent(
        "transactions", key=String, kind=String, memo=JSON, reverses_id=Integer, shortfall=Integer
    )
    columns = Transaction.__table__.c
    same = [bindparam(name, type_=columns[name].type) for name in _SAME]
    rows = select(*sent.c, *same)
    into = insert_new(Transaction).from_select([*sent.c.keys(), *_SAME], rows)
    return into.returning(Transaction.id, Transaction.key)


_SAME = ("actor_id", "actor_name", "posted_at", "day")  # in all transactions of a call


def _sent_postings() -> FromClause:
    ids = {"number": Integer, "source_id": Integer, "destination_id": Integer}
    return _sent("postings", key=String, **ids, amount=Integer, expires_on=Date, lot=Boolean)


def _postings(written: FromClause) -> Any:
    sent = _sent_postings()
    row = sent.c
    columns = (row.number, row.source_id, row.destination_id, row.amount, row.expires_on)
    return _insert(Posting, written, sent, columns)


def _lots(written: FromClause) -> Any:
    sent = _sent_postings()
    row = sent.c
    columns = (row.number, row.destination_id, row.amount, row.amount, row.expires_on)
    return _insert(Lot, written, sent, columns, row.lot)


def _uses(written: FromClause) -> Any:
    lot = {"lot_transaction_id": Integer, "lot_number": Integer}
    sent = _sent("uses", key=String, **lot, amount=Integer)
    row = sent.c
    columns = (row.lot_transaction_id, row.lot_number, row.amount)
    return _insert(LotUse, written, sent, columns)


def _insert(
    model: type[Model],
    written: FromClause,
    sent: FromClause,
    columns: Sequence[Any],
    only: Any = None,
) -> Any:
    """Rows that were sent, with the ids of the transactions that were written."""
    rows = select(written.c.id, *columns).join_from(sent, written, written.c.key == sent.c.key)
    into = insert(model)
    names = [column.name for column in model.__table__.c]
    return into.from_select(names, rows if only is None else rows.where(only))
