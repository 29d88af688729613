"""SQLite. Whoever writes holds the only write lock, so nothing needs locking or can race."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime

from app.core import clock
from app.core.access import Actor
from app.ledger.models import AccountKind, LedgerUnit
from app.ledger.services.entries import Entry
from app.ledger.services.statements import (
    AccountState,
    Drafts,
    Locked,
    OpenLot,
    Statements,
    memo_text,
    memo_texts,
)

_ACCOUNTS = """
    SELECT id, code, kind, unit, balance FROM account
    WHERE code IN (SELECT value FROM json_each(?))
"""
_OPEN = "INSERT INTO account (code, kind, unit, balance) VALUES (?, ?, ?, 0)"
# Accounts, then transactions by key, then the newest transaction: whatever is needed next, and
# nobody else can change any of it before.
_LOCK = """
    SELECT id, code, kind, unit, balance FROM account
    WHERE id IN (SELECT value FROM json_each(?))
    UNION ALL
    SELECT id, key, NULL, NULL, NULL FROM ledger_transaction
    WHERE key IN (SELECT value FROM json_each(?))
    UNION ALL
    SELECT coalesce(max(id), 0), NULL, NULL, NULL, NULL FROM ledger_transaction
"""
_OPEN_LOTS = """
    SELECT transaction_id, number, account_id, remaining, expires_on FROM lot
    WHERE remaining > 0 AND account_id IN (SELECT value FROM json_each(?))
    ORDER BY account_id, expires_on NULLS LAST, transaction_id, number
"""
_TRANSACTION = """
    INSERT INTO ledger_transaction
    (id, key, kind, memo, reverses_id, shortfall, actor_id, actor_name, posted_at, day)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_POSTING = """
    INSERT INTO posting (transaction_id, number, source_id, destination_id, amount, expires_on)
    VALUES (?, ?, ?, ?, ?, ?)
"""
# Cross joins are done in the order in which they are written. Reversals make no lots, but they
# are written by themselves.
_LOTS = """
    INSERT INTO lot (transaction_id, number, account_id, amount, remaining, expires_on)
    SELECT transaction_id, number, destination_id, amount, amount, expires_on
    FROM posting
    CROSS JOIN account ON account.id = destination_id AND kind = 'wallet' AND unit = 'points'
    WHERE transaction_id BETWEEN ? AND ?
"""
_USE = """
    INSERT INTO lot_use (transaction_id, lot_transaction_id, lot_number, amount)
    VALUES (?, ?, ?, ?)
"""


# What an issuing account gives: there is nothing to lock or to run short of.
_GIVE = """
    INSERT INTO ledger_transaction
    (key, kind, memo, actor_id, actor_name, posted_at, day, shortfall)
    SELECT ?, ?, ?, ?, ?, ?, ?, 0 FROM account AS source, account AS destination
    WHERE source.id = ? AND source.kind = 'issue'
        AND destination.id = ? AND destination.unit = source.unit
        AND NOT EXISTS (SELECT 1 FROM ledger_transaction WHERE key = ?)
"""
# Only what is in a wallet of points is good until a day.
_GIVE_POSTING = """
    INSERT INTO posting (transaction_id, number, source_id, destination_id, amount, expires_on)
    SELECT ?, 1, ?, ?, ?, CASE WHEN kind = 'wallet' AND unit = 'points' THEN ? END
    FROM account WHERE id = ?
"""


class SqliteStatements(Statements):
    newest: int  # the id of the last transaction, as of `lock`

    def accounts(self, codes: Collection[str]) -> list[AccountState]:
        return [AccountState(*row) for row in self.run(_ACCOUNTS, (json.dumps(list(codes)),))]

    def open(self, codes: Collection[str], kind: AccountKind, unit: LedgerUnit) -> None:
        self.run(_OPEN, [(code, kind.value, unit.value) for code in codes], many=True)

    def lock(self, ids: Collection[int], keys: Collection[str] = ()) -> Locked:
        values = (json.dumps(list(ids)), json.dumps(list(keys)))
        *rows, (self.newest, *_) = self.run(_LOCK, values)
        return (
            self._locked(row for row in rows if row[2] is not None),
            {row[1]: row[0] for row in rows if row[2] is None},
        )

    def posted(self, keys: Collection[str]) -> dict[str, int]:
        return self.lock((), keys)[1]

    def look(
        self,
        wallets: Collection[int],
        keys: Collection[str] = (),
    ) -> tuple[list[OpenLot], dict[str, int]]:
        lots = [
            OpenLot((transaction, number), account, remaining, until and date.fromisoformat(until))
            for transaction, number, account, remaining, until in self.run(
                _OPEN_LOTS, (json.dumps(list(wallets)),)
            )
        ]
        return lots, {}

    def _give(self, actor: Actor | None, moment: datetime, entry: Entry) -> int | None:
        transfer, until = entry.transfers[0], entry.expires_on and entry.expires_on.isoformat()
        values = (entry.key, entry.kind, memo_text(entry.memo), *_common(actor, moment))
        sides = (transfer.source, transfer.destination)
        if not self.run(_GIVE, (*values, *sides, entry.key)).rowcount:
            return None
        id_ = int(self.cursor.lastrowid)
        self.run(_GIVE_POSTING, (id_, *sides, transfer.amount, until, transfer.destination))
        self.run(_LOTS, (id_, id_))
        return id_

    def write(self, actor: Actor | None, moment: datetime, drafts: Drafts) -> dict[str, int]:
        first = self.newest + 1
        ids = {row[0]: number for number, row in enumerate(drafts.transactions, first)}
        self.newest = first + len(ids) - 1
        common = _common(actor, moment)
        self._add(
            _TRANSACTION,
            [
                (ids[key], key, kind, text, reverses_id, shortfall, *common)
                for text, (key, kind, _memo, reverses_id, shortfall) in zip(
                    memo_texts(drafts), drafts.transactions, strict=True
                )
            ],
        )
        # In the order of their keys: triggers look for the newest, see the migration.
        self._add(
            _POSTING,
            sorted(
                (ids[key], number, source, destination, amount, until and until.isoformat())
                for key, number, source, destination, amount, until, _lot in drafts.postings
            ),
        )
        if any(posting[-1] for posting in drafts.postings):
            self.run(_LOTS, (first, self.newest))
        self._add(
            _USE, sorted((ids[key], *lot, amount) for (key, lot), amount in drafts.uses.items())
        )
        return ids

    def hold(self) -> None:
        """Nobody else can: this transaction has the write lock."""

    def _add(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        if rows:
            self.run(statement, rows, many=True)


def _common(actor: Actor | None, moment: datetime) -> tuple[int | None, str, str, str]:
    """actor_id, actor_name, posted_at, day."""
    return (
        actor.id if actor else None,
        actor.name if actor else "",
        moment.replace(tzinfo=None).isoformat(" ", "microseconds"),
        clock.local(moment).date().isoformat(),
    )
