"""How the ledger's rows are read and written: SQLAlchemy Core makes each statement once.

The engines differ in two things: how many values come as one parameter, and how many rows are
added at once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    Connection,
    Select,
    String,
    TypeDecorator,
    any_,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
)

from app.core import clock
from app.core.access import Actor
from app.core.db import Model, db, insert_new
from app.core.statements import run, run_many
from app.ledger.models import Account, AccountKind, LedgerUnit, Lot, LotUse, Posting, Transaction

# With so many rows a table may grow by more than PostgreSQL's plans for it were made for.
_MANY = 100
_FEW = 4  # values that are a parameter each

encode = json.JSONEncoder(ensure_ascii=False).encode


class Held(NamedTuple):
    """An account when it was locked; kind and unit as they are in the table."""

    id: int
    code: str
    kind: str
    unit: str
    balance: int


LotId = tuple[int, int]  # a lot is named by its posting: the transaction and the number in it


@dataclass(slots=True)
class OpenLot:
    id: LotId
    account_id: int
    remaining: int
    expires_on: date | None

    def is_overdue(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on < on


class Drafts:
    """Transactions as they are going to be written, row by row, told apart by their keys."""

    def __init__(self) -> None:
        # key, kind, memo, reverses_id, shortfall
        self.transactions: list[tuple[str, str, str, int | None, int]] = []
        # key, number, source, destination, amount, expires_on, whether it makes a lot
        self.postings: list[tuple[str, int, int, int, int, date | None, bool]] = []
        # by key and lot: the amount taken, negative if it is returned
        self.uses: dict[tuple[str, LotId], int] = defaultdict(int)


def accounts(codes: Collection[str]) -> Sequence[Held]:
    """The accounts with these codes, as far as there are any."""
    return _found(db.session.connection(), _accounts, codes, Held)


def open_missing(codes: Collection[str], kind: AccountKind, unit: LedgerUnit) -> None:
    """Add accounts; those that are there already stay as they are."""
    rows = [{"code": code, "kind": kind, "unit": unit, "balance": 0} for code in codes]
    db.session.connection().execute(insert_new(Account), rows)


def hold(connection: Connection, ids: Collection[int]) -> dict[int, Held]:
    """Accounts by id, locked until this transaction ends.

    They are locked in the order of their ids, and the expiry account after all others, so that
    two transactions that each lock once never wait for each other. On SQLite nobody else can
    write anyhow.
    """
    return {account.id: account for account in _found(connection, _hold, ids, Held)}


def posted(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """The ids of the transactions that have these keys already."""
    return dict(_found(connection, _posted, keys))


def open_lots(connection: Connection, wallets: Collection[int]) -> list[OpenLot]:
    """Lots with something left, the first to expire first, then the oldest."""
    return [
        OpenLot((transaction, number), wallet, remaining, until)
        for transaction, number, wallet, remaining, until in _found(connection, _open_lots, wallets)
    ]


def write(
    connection: Connection, actor: Actor | None, moment: datetime, drafts: Drafts
) -> dict[str, int]:
    """Write the drafts. Returns the ids of the transactions by key.

    The accounts they move are locked, and nobody has posted their keys: another transaction that
    would post one of them moves the same accounts, and waits.
    """
    who = (actor.id, actor.name) if actor else (None, "")
    when = (moment, clock.local(moment).date())
    new = _new_ids(connection, len(drafts.transactions))
    ids = {draft[0]: id_ for draft, id_ in zip(drafts.transactions, new, strict=True)}
    transactions = [(ids[row[0]], *row[:3], *who, *row[3:], *when) for row in drafts.transactions]
    # In the order of their ids: the triggers look for the newest, see the migration.
    postings = sorted((ids[key], *rest) for key, *rest in drafts.postings)
    lots = [
        (id_, number, wallet, amount, amount, until)
        for id_, number, _source, wallet, amount, until, makes_lot in postings
        if makes_lot
    ]
    uses = drafts.uses.items()
    _add(connection, Transaction, transactions)
    _add(connection, Posting, [posting[:-1] for posting in postings])
    _add(connection, Lot, lots)
    _add(connection, LotUse, sorted((ids[key], *lot, taken) for (key, lot), taken in uses if taken))
    return ids


def _found(
    connection: Connection,
    build: Callable[[int], Select[Any]],
    values: Collection[Any],
    shape: type[NamedTuple] | None = None,
) -> Sequence[Any]:
    """The rows that have one of the values. Of a few each is a parameter, so that PostgreSQL keeps
    its plan; many are one."""
    if not values:
        return ()
    few, engine = len(values), connection.dialect.name
    if few <= _FEW:
        sent = {f"sent{n}": value for n, value in enumerate(values)}
        return run(connection, _built(build, engine, few), sent, shape)
    sent = {"sent": encode(list(values)) if engine == "sqlite" else list(values)}
    return run(connection, _built(build, engine, 0), sent, shape)


@cache
def _built(build: Callable[..., Any], _engine: str, *arguments: Any) -> Any:
    return build(*arguments)


def _new_ids(connection: Connection, count: int) -> Sequence[int]:
    """Ids for new transactions, in their order."""
    if connection.dialect.name == "sqlite":
        ((newest,),) = run(connection, _built(_newest, "sqlite"), {})
        return range(newest + 1, newest + 1 + count)
    rows = run(connection, _built(_next, "postgresql"), {"count": count})
    return [id_ for (id_,) in rows]


def _add(connection: Connection, model: type[Model], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of all of a table's columns."""
    if not rows:
        return
    engine, names = connection.dialect.name, model.__table__.c.keys()
    if len(rows) == 1:
        run(connection, _built(_row, engine, model), dict(zip(names, rows[0], strict=True)))
        return
    if engine == "sqlite":
        run_many(connection, _built(_row, engine, model), rows)
        return
    if len(rows) >= _MANY:
        # A foreign key checked with a plan from when its table was small would read the whole
        # table for each row: let the plans be made anew.
        connection.exec_driver_sql("DISCARD PLANS")
    columns = map(list, zip(*rows, strict=True))
    run(connection, _built(_rows, engine, model), dict(zip(names, columns, strict=True)))


class _Encoded(TypeDecorator[str]):
    """JSON that is text already: a batch often has one memo for all."""

    impl = JSON
    cache_ok = True

    def bind_processor(self, dialect: Any) -> None:
        return None


def _type(column: Any) -> Any:
    return _Encoded() if column.name == "memo" else column.type


def _row(model: type[Model]) -> Any:
    columns = cast("Any", model.__table__).c
    return insert(model).values({c.name: bindparam(c.name, type_=_type(c)) for c in columns})


def _rows(model: type[Model]) -> Any:
    """PostgreSQL: a list for each column, all rows in one statement, whose trigger runs once."""
    columns = cast("Any", model.__table__).c
    lists = [func.unnest(bindparam(c.name, type_=ARRAY(_type(c)))) for c in columns]
    return insert(model).from_select(columns.keys(), select(*lists))


def _among(column: Any, few: int) -> Any:
    """Whether a column has one of the values that `_found` sends."""
    if few:
        return column.in_([bindparam(f"sent{n}", type_=column.type) for n in range(few)])
    if db.session.connection().dialect.name == "sqlite":
        sent = func.json_each(bindparam("sent", type_=String)).table_valued("value")
        return column.in_(select(sent.c.value))
    return column == any_(bindparam("sent", type_=ARRAY(column.type)))


_KIND = type_coerce(Account.kind, String).label("kind")
_UNIT = type_coerce(Account.unit, String).label("unit")
_HELD = (Account.id, Account.code, _KIND, _UNIT, Account.balance)


def _accounts(few: int) -> Select[Any]:
    return select(*_HELD).where(_among(Account.code, few))


def _hold(few: int) -> Select[Any]:
    # FOR NO KEY UPDATE: meanwhile others may still add rows that refer to the accounts.
    return (
        select(*_HELD)
        .where(_among(Account.id, few))
        .order_by(Account.kind == literal_column(f"'{AccountKind.EXPIRED}'"), Account.id)
        .with_for_update(key_share=True, of=Account)
    )


def _posted(few: int) -> Select[Any]:
    return select(Transaction.key, Transaction.id).where(_among(Transaction.key, few))


def _open_lots(few: int) -> Select[Any]:
    return (
        select(Lot.transaction_id, Lot.number, Lot.account_id, Lot.remaining, Lot.expires_on)
        .where(Lot.remaining > literal_column("0"))
        .where(_among(Lot.account_id, few))
        .order_by(Lot.account_id, Lot.expires_on.nulls_last(), Lot.transaction_id, Lot.number)
    )


def _newest() -> Select[Any]:
    return select(func.coalesce(func.max(Transaction.id), literal_column("0")))


def _next() -> Select[Any]:
    count = bindparam("count", type_=Transaction.id.type)
    numbers = func.generate_series(literal_column("1"), count).table_valued("n")
    sequence: Any = literal_column("'ledger_transaction_id_seq'")
    return select(func.nextval(sequence)).select_from(numbers)
