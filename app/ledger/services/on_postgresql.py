"""PostgreSQL. Accounts are locked row by row, and all that is written goes in one statement."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache

from app.core import clock
from app.core.access import Actor
from app.ledger.models import EXPIRED_CODE, AccountKind, LedgerUnit
from app.ledger.services.statements import (
    AccountState,
    Drafts,
    Locked,
    OpenLot,
    Statements,
    memo_texts,
)

_ACCOUNTS = "SELECT id, code, kind, unit, balance FROM account WHERE code = ANY(%(codes)s)"
_OPEN = """
    INSERT INTO account (code, kind, unit, balance)
    SELECT code, %(kind)s, %(unit)s, 0 FROM unnest(%(codes)s::text[]) AS code ORDER BY code
    ON CONFLICT (code) DO NOTHING
"""
# NO KEY: meanwhile others may still add rows that refer to the accounts.
_LOCK = """
    SELECT id, code, kind, unit, balance FROM account WHERE id = ANY(%(ids)s::int[])
    ORDER BY (code = %(expired)s), id FOR NO KEY UPDATE
"""
_POSTED = "SELECT key, id FROM ledger_transaction WHERE key = ANY(%(keys)s)"
_OPEN_LOTS = """
    SELECT transaction_id, number, account_id, remaining, expires_on FROM lot
    WHERE remaining > 0 AND account_id = ANY(%(wallets)s::int[])
    ORDER BY account_id, expires_on NULLS LAST, transaction_id, number
"""
_HOLD = "LOCK TABLE ledger_transaction IN SHARE ROW EXCLUSIVE MODE"

_TRANSACTION = """
    WITH written AS (
        INSERT INTO ledger_transaction
        (key, kind, memo, actor_id, actor_name, reverses_id, shortfall, posted_at, day)
        SELECT key, kind, memo::json, %(actor_id)s, %(actor_name)s, reverses_id, shortfall,
            %(posted_at)s, %(day)s
        FROM json_to_recordset(%(transactions)s)
            AS t (key text, kind text, memo text, reverses_id int, shortfall int)
        ON CONFLICT (key) DO NOTHING
        RETURNING id, key
    )
"""
_POSTING = """
    , postings AS (
        INSERT INTO posting
        (transaction_id, number, source_id, destination_id, amount, expires_on)
        SELECT id, number, source, destination, amount, until
        FROM written JOIN json_to_recordset(%(postings)s) AS p (
            key text, number int, source int, destination int, amount int, until date
        ) USING (key)
        RETURNING transaction_id, number, destination_id, amount, expires_on
    )
"""
# A lot is a posting of points into a wallet. A reversal returns to the old lots instead, and is
# written by itself.
_LOTS = """
    , lots AS (
        INSERT INTO lot (transaction_id, number, account_id, amount, remaining, expires_on)
        SELECT transaction_id, number, destination_id, amount, amount, expires_on
        FROM postings JOIN account ON account.id = destination_id
        WHERE kind = 'wallet' AND unit = 'points'
    )
"""
_USE = """
    , uses AS (
        INSERT INTO lot_use (transaction_id, lot_transaction_id, lot_number, amount)
        SELECT id, lot, number, amount
        FROM written JOIN json_to_recordset(%(uses)s)
            AS u (key text, lot int, number int, amount int) USING (key)
    )
"""
_WRITTEN = "SELECT key, id FROM written"

# From so many on a table may grow by more than the plans for its foreign keys were made for.
_MANY = 1000


class PostgresqlStatements(Statements):
    alone = False

    def accounts(self, codes: Collection[str]) -> list[AccountState]:
        return [AccountState(*row) for row in self.run(_ACCOUNTS, {"codes": list(codes)})]

    def open(self, codes: Collection[str], kind: AccountKind, unit: LedgerUnit) -> None:
        self.run(_OPEN, {"codes": list(codes), "kind": kind.value, "unit": unit.value})

    def lock(self, ids: Collection[int], keys: Collection[str] = ()) -> Locked:
        rows = self.run(_LOCK, {"ids": list(ids), "expired": EXPIRED_CODE})
        return {row[0]: AccountState(*row) for row in rows}, {}

    def posted(self, keys: Collection[str]) -> dict[str, int]:
        return dict(self.run(_POSTED, {"keys": list(keys)}))

    def open_lots(self, wallets: Collection[int]) -> list[OpenLot]:
        rows = self.run(_OPEN_LOTS, {"wallets": list(wallets)})
        return [OpenLot((transaction, number), *rest) for transaction, number, *rest in rows]

    def write(self, actor: Actor | None, moment: datetime, drafts: Drafts) -> dict[str, int]:
        if not drafts.transactions:
            return {}
        if len(drafts.transactions) >= _MANY:
            # A foreign key checked with a plan from when its table was small would read the
            # whole table for each row: let the plans be made anew.
            self.run("DISCARD PLANS")
        values = {
            "actor_id": actor.id if actor else None,
            "actor_name": actor.name if actor else "",
            "posted_at": moment,
            "day": clock.local(moment).date(),
            **_rows(drafts),
        }
        statement = _written(bool(drafts.postings), drafts.brings_lots, bool(drafts.uses))
        return dict(self.run(statement, values))

    def hold(self) -> None:
        self.run(_HOLD)


def _rows(drafts: Drafts) -> dict[str, str]:
    """The drafts as JSON, by the name of the parameter."""
    transactions = [
        {"key": key, "kind": kind, "memo": text, "reverses_id": reverses_id, "shortfall": shortfall}
        for text, (key, kind, _memo, reverses_id, shortfall) in zip(
            memo_texts(drafts), drafts.transactions, strict=True
        )
    ]
    postings = [
        {
            "key": key,
            "number": number,
            "source": source,
            "destination": destination,
            "amount": amount,
            "until": until and until.isoformat(),
        }
        for key, number, source, destination, amount, until in drafts.postings
    ]
    uses = [
        {"key": key, "lot": lot, "number": number, "amount": amount}
        for (key, (lot, number)), amount in drafts.uses.items()
    ]
    rows = {"transactions": transactions, "postings": postings, "uses": uses}
    return {name: json.dumps(part) for name, part in rows.items()}


@cache
def _written(*parts: bool) -> str:
    """The statement with the parts it needs: an empty part would still call its trigger."""
    wanted = [text for text, part in zip((_POSTING, _LOTS, _USE), parts, strict=True) if part]
    return _TRANSACTION + "".join(wanted) + _WRITTEN
