"""The statements the ledger is kept with.

They are plain SQL, a few for any number of entries, and differ between the engines where that
saves time: SQLite runs in this process, so it gets prepared statements, each once for all rows;
PostgreSQL is a round trip away, so it gets everything that is to be written in one statement.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.access import Actor
from app.core.i18n import Phrase
from app.ledger.models import AccountKind, LedgerUnit
from app.ledger.services.entries import Entry

LotId = tuple[int, int]


class AccountState(NamedTuple):
    id: int
    code: str
    kind: str
    unit: str
    balance: int


@dataclass(slots=True)
class OpenLot:
    """A lot is named by its posting: the transaction and the number in it."""

    id: LotId
    account_id: int
    remaining: int
    expires_on: date | None

    def is_overdue(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on < on


PostingDraft = tuple[str, int, int, int, int, date | None, bool]


@dataclass(slots=True)
class Drafts:
    """Transactions as they are going to be written, row by row, told apart by their keys."""

    # key, kind, memo, reverses_id, shortfall
    transactions: list[tuple[str, str, Phrase, int | None, int]] = field(default_factory=list)
    # key, number, source, destination, amount, expires_on, whether it makes a lot
    postings: list[PostingDraft] = field(default_factory=list)
    # (key, lot): amount, negative if it is returned
    uses: dict[tuple[str, LotId], int] = field(default_factory=dict)

    def use(self, key: str, lot: LotId, amount: int) -> None:
        total = self.uses.pop((key, lot), 0) + amount
        if total:
            self.uses[key, lot] = total


Locked = tuple[dict[int, AccountState], dict[str, int]]


class Statements(ABC):
    """The ledger's tables through one connection, in its transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.cursor = connection.connection.cursor()

    @abstractmethod
    def accounts(self, codes: Collection[str]) -> list[AccountState]:
        """The accounts with these codes, as far as there are any."""

    @abstractmethod
    def open(self, codes: Collection[str], kind: AccountKind, unit: LedgerUnit) -> None:
        """Add accounts; those that are there already stay as they are."""

    @abstractmethod
    def lock(self, ids: Collection[int], keys: Collection[str] = ()) -> Locked:
        """Accounts by id, nobody else's until this transaction ends.

        They are locked in the order of their ids, and the expiry account after all others,
        so that two transactions that each lock once never wait for each other. If nobody else
        can write, also the ids of the transactions that have the keys already.
        """

    @abstractmethod
    def posted(self, keys: Collection[str]) -> dict[str, int]:
        """The ids of the transactions that have these keys already."""

    @abstractmethod
    def look(
        self, wallets: Collection[int], keys: Collection[str] = ()
    ) -> tuple[list[OpenLot], dict[str, int]]:
        """After locking: lots with something left, the first to expire first, then the oldest;
        and, unless `lock` has said so already, what `posted` says of the keys."""

    # Accounts seen to be issuing ones, in whatever database: a guess which the statement checks.
    _funds: ClassVar[set[int]] = set()

    def give(self, actor: Actor | None, entry: Entry) -> int | None:
        """Post an entry in a shorter way, if it is one transfer from an issuing account: no lots
        to take from, nothing to run short.

        The transaction's id; None if it has to go the usual way, or its key is there already.
        """
        if len(entry.transfers) > 1 or entry.transfers[0].source not in self._funds:
            return None
        return self._give(actor, clock.now(), entry)

    @abstractmethod
    def _give(self, actor: Actor | None, moment: datetime, entry: Entry) -> int | None:
        """As `give`; the statement itself finds out whether the account issues."""

    def _locked(self, rows: Iterable[Any]) -> dict[int, AccountState]:
        """Rows of accounts, by id."""
        accounts = {row[0]: AccountState(*row) for row in rows}
        self._funds.update(id_ for id_, one in accounts.items() if one.kind == AccountKind.ISSUE)
        return accounts

    @abstractmethod
    def write(self, actor: Actor | None, moment: datetime, drafts: Drafts) -> dict[str, int]:
        """Write the drafts down, except those whose key exists. Ids by key of those written."""

    @abstractmethod
    def hold(self) -> None:
        """Wait for whoever is posting to commit, and let nobody post until this transaction ends."""

    def run(self, statement: str, values: Any = (), *, many: bool = False) -> Any:
        """Run a statement as the driver understands it; returns the driver's cursor.

        SQLAlchemy would need longer for a statement than SQLite does. Its errors are kept.
        """
        try:
            (self.cursor.executemany if many else self.cursor.execute)(statement, values)
        except Exception as error:
            base = self.connection.dialect.loaded_dbapi.Error
            if not isinstance(error, base):
                raise
            raise DBAPIError.instance(statement, values, error, base) from error
        return self.cursor


_encode = json.JSONEncoder(ensure_ascii=False).encode


def memo_text(memo: Phrase) -> str:
    """A phrase as its column keeps it."""
    return _encode({"msgid": memo.msgid, "params": memo.params})


def memo_texts(drafts: Drafts) -> list[str]:
    """The transactions' memos. A batch often has one memo for all."""
    memos = {id(memo): memo for _key, _kind, memo, *_rest in drafts.transactions}
    texts = {number: memo_text(memo) for number, memo in memos.items()}
    return [texts[id(memo)] for _key, _kind, memo, *_rest in drafts.transactions]
