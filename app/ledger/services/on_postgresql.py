"""PostgreSQL. Accounts are locked row by row, and all that is written goes in one statement."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

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

_ACCOUNTS = "SELECT id, code, kind, unit, balance FROM account WHERE code {codes}"
_OPEN = """
    INSERT INTO account (code, kind, unit, balance)
    SELECT code, %(kind)s, %(unit)s, 0 FROM unnest(%(codes)s::text[]) AS code ORDER BY code
    ON CONFLICT (code) DO NOTHING
"""
# NO KEY: meanwhile others may still add rows that refer to the accounts.
_LOCK = """
    SELECT id, code, kind, unit, balance FROM account WHERE id {ids}
    ORDER BY (kind = 'expired'), id FOR NO KEY UPDATE
"""
_POSTED = "SELECT key, id FROM ledger_transaction WHERE key {keys}"
_LOOK = """
    SELECT transaction_id, number, account_id, remaining, expires_on, NULL AS key FROM lot
    WHERE remaining > 0 AND account_id {wallets}
    UNION ALL
    SELECT id, NULL, NULL, NULL, NULL, key FROM ledger_transaction WHERE key {keys}
    ORDER BY account_id, expires_on NULLS LAST, transaction_id, number
"""
_HOLD = "LOCK TABLE ledger_transaction IN SHARE ROW EXCLUSIVE MODE"

# What a fund gives needs no lots: where it is one transfer, one statement does it all.
_GIVE = """
    WITH sides AS (
        SELECT destination.kind = 'wallet' AND destination.unit = 'points' AS lot
        FROM account AS source, account AS destination
        WHERE source.id = %(source)s AND source.kind = 'issue'
            AND destination.id = %(destination)s AND destination.unit = source.unit
    ), written AS (
        INSERT INTO ledger_transaction
        (key, kind, memo, actor_id, actor_name, shortfall, posted_at, day)
        SELECT %(key)s, %(kind)s, %(memo)s::json, %(actor_id)s, %(actor_name)s, 0, %(posted_at)s,
            %(day)s
        FROM sides
        ON CONFLICT (key) DO NOTHING
        RETURNING id
    ), postings AS (
        INSERT INTO posting
        (transaction_id, number, source_id, destination_id, amount, expires_on)
        SELECT id, 1, %(source)s, %(destination)s, %(amount)s, CASE WHEN lot THEN %(until)s::date END
        FROM written, sides
    ), lots AS (
        INSERT INTO lot (transaction_id, number, account_id, amount, remaining, expires_on)
        SELECT id, 1, %(destination)s, %(amount)s, %(amount)s, %(until)s::date
        FROM written, sides WHERE lot
    )
    SELECT id FROM written
"""

_TRANSACTION = """
    WITH moved AS MATERIALIZED (
        SELECT * FROM json_to_recordset(%(postings)s) AS p (
            key text, number int, source int, destination int, amount int, until date, lot boolean
        )
    ), written AS (
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
        SELECT id, number, source, destination, amount, until FROM written JOIN moved USING (key)
    )
"""
_LOTS = """
    , lots AS (
        INSERT INTO lot (transaction_id, number, account_id, amount, remaining, expires_on)
        SELECT id, number, destination, amount, amount, until
        FROM written JOIN moved USING (key) WHERE lot
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

_FEW = 4
# From so many on a table may grow by more than the plans for its foreign keys were made for.
_MANY = 100


class PostgresqlStatements(Statements):
    def accounts(self, codes: Collection[str]) -> list[AccountState]:
        return [AccountState(*row) for row in self._among(_ACCOUNTS, codes=codes)]

    def open(self, codes: Collection[str], kind: AccountKind, unit: LedgerUnit) -> None:
        self.run(_OPEN, {"codes": list(codes), "kind": kind.value, "unit": unit.value})

    def lock(self, ids: Collection[int], keys: Collection[str] = ()) -> Locked:
        return self._locked(self._among(_LOCK, ids=ids)), {}

    def posted(self, keys: Collection[str]) -> dict[str, int]:
        return dict(self._among(_POSTED, keys=keys))

    def look(
        self, wallets: Collection[int], keys: Collection[str] = ()
    ) -> tuple[list[OpenLot], dict[str, int]]:
        rows = self._among(_LOOK, wallets=wallets, keys=keys).fetchall()
        return (
            [OpenLot((row[0], row[1]), *row[2:5]) for row in rows if row[5] is None],
            {row[5]: row[0] for row in rows if row[5] is not None},
        )

    def _give(self, actor: Actor | None, moment: datetime, entry: Entry) -> int | None:
        transfer = entry.transfers[0]
        values = {
            "key": entry.key,
            "kind": entry.kind,
            "memo": memo_text(entry.memo),
            "source": transfer.source,
            "destination": transfer.destination,
            "amount": transfer.amount,
            "until": entry.expires_on,
            **_common(actor, moment),
        }
        for (id_,) in self.run(_GIVE, values):
            return int(id_)
        return None

    def write(self, actor: Actor | None, moment: datetime, drafts: Drafts) -> dict[str, int]:
        if not drafts.transactions:
            return {}
        if len(drafts.transactions) >= _MANY:
            # A foreign key checked with a plan from when its table was small would read the
            # whole table for each row: let the plans be made anew.
            self.run("DISCARD PLANS")
        lots = any(posting[-1] for posting in drafts.postings)
        statement = _written(bool(drafts.postings), lots, bool(drafts.uses))
        return dict(self.run(statement, {**_common(actor, moment), **_rows(drafts)}))

    def hold(self) -> None:
        self.run(_HOLD)

    def _among(self, statement: str, **lists: Collection[int] | Collection[str]) -> Any:
        """Run a statement with a place for each list of values that a column may have."""
        places: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, found in lists.items():
            if 0 < len(found) <= _FEW:
                # PostgreSQL keeps a plan for these; for an array it would make one each time.
                marks = {f"{name}{number}": value for number, value in enumerate(found)}
                places[name] = f"IN ({', '.join(f'%({mark})s' for mark in marks)})"
                values |= marks
            else:
                places[name] = f"= ANY(%({name})s)"
                values[name] = list(found)
        return self.run(statement.format(**places), values)


def _common(actor: Actor | None, moment: datetime) -> dict[str, Any]:
    return {
        "actor_id": actor.id if actor else None,
        "actor_name": actor.name if actor else "",
        "posted_at": moment,
        "day": clock.local(moment).date(),
    }


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
            "lot": lot,
        }
        for key, number, source, destination, amount, until, lot in drafts.postings
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
