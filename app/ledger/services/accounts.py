"""Opening accounts, holding them, and drafting what becomes of them before it is written."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import date

from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.ledger.models import EXPIRED_CODE, AccountKind, LedgerUnit
from app.ledger.services import statements
from app.ledger.services.doubting import refuse_sealed_day
from app.ledger.services.statements import Drafts, Held, OpenLot, encode

# The kinds of the ledger's own transactions; all others are their callers' words.
EXPIRY = "expiry"
REVERSAL = "reversal"

Pieces = list[tuple[int, date | None]]  # amounts, and the last day they are good for


def open_account(*, code: str, kind: AccountKind, unit: LedgerUnit = LedgerUnit.POINTS) -> int:
    """The id of the account with this code, opened if there is none yet.

    ValueError if it is there already and is of another kind or unit.
    """
    return open_accounts([code], kind=kind, unit=unit)[code]


def open_accounts(
    codes: Iterable[str], *, kind: AccountKind, unit: LedgerUnit = LedgerUnit.POINTS
) -> dict[str, int]:
    """The ids of the accounts with these codes, in a few statements however many there are.

    ValueError if one of them is there already and is of another kind or unit.
    """
    wanted = sorted(set(codes))
    found = {account.code: account for account in statements.accounts(wanted)}
    if missing := [code for code in wanted if code not in found]:
        statements.open_missing(missing, kind, unit)
        # Another process may have opened some of them a moment ago: read what is there now.
        found |= {account.code: account for account in statements.accounts(missing)}
    for account in found.values():
        if (account.kind, account.unit) != (kind, unit):
            raise ValueError(f"{account.code} is open as {account.kind} in {account.unit}")
    return {code: found[code].id for code in wanted}


def hold_accounts(ids: Iterable[int]) -> None:
    """Hold accounts until the transaction ends, in the order of their ids: for one that posts more
    than once, and would otherwise reach for an earlier one later."""
    statements.hold(db.session.connection(), set(ids))


class Book:
    """Locked accounts with their open lots, and what has been drafted of them so far.

    What is past its date is drafted as expired before its wallet is spent from.
    """

    def __init__(self, account_ids: Collection[int]) -> None:
        """LookupError if one of the accounts isn't there."""
        self.connection = db.session.connection()
        self.accounts = statements.hold(self.connection, account_ids)
        if missing := set(account_ids) - self.accounts.keys():
            raise LookupError(f"no accounts {sorted(missing)}")
        # After waiting for the lock: while it waited a day may have ended and been sealed.
        self.moment = clock.now()
        self.today = clock.local(self.moment).date()
        self.with_lots = {id_ for id_, account in self.accounts.items() if _keeps_lots(account)}
        self.balances = {id_: account.balance for id_, account in self.accounts.items()}
        self.lots: dict[int, list[OpenLot]] = {}
        self.drafts = Drafts()
        self._memo: Phrase | None = None
        self._memo_text = ""

    def read_lots(self, wallets: Collection[int]) -> None:
        """See what there is in these wallets, now that they are locked."""
        self.lots = {wallet: [] for wallet in wallets}
        for lot in statements.open_lots(self.connection, wallets) if wallets else ():
            self.lots[lot.account_id].append(lot)

    def write(self, actor: Actor | None) -> dict[str, int]:
        """Write the drafts down. Returns the ids of the transactions by key."""
        drafts, self.drafts = self.drafts, Drafts()
        if not drafts.transactions:
            return {}
        refuse_sealed_day(self.connection, self.today)
        return statements.write(self.connection, actor, self.moment, drafts)

    def begin(
        self, key: str, kind: str, memo: Phrase, reverses: int | None = None, shortfall: int = 0
    ) -> None:
        """Draft a transaction."""
        if memo is not self._memo:  # a batch often has one for all
            self._memo = memo
            self._memo_text = encode({"msgid": memo.msgid, "params": memo.params})
        self.drafts.transactions.append((key, kind, self._memo_text, reverses, shortfall))

    def take(self, key: str, account_id: int, amount: int) -> Pieces:
        """Draft that an amount leaves an account: from the lots that expire first, if it has any.

        Refused if there isn't so much. Only an issuing account may give what it doesn't have.
        """
        available = self.available(account_id)
        if available is not None and available < amount:
            raise _short(available, amount)
        if account_id not in self.with_lots:
            self.balances[account_id] -= amount
            return [(amount, None)]
        pieces = []
        for lot in self.lots[account_id]:
            part = min(lot.remaining, amount)
            if part and not lot.is_overdue(self.today):
                pieces.append((part, lot.expires_on))
                self.take_from(key, lot, part)
                amount -= part
        return pieces

    def take_from(self, key: str, lot: OpenLot, amount: int) -> None:
        lot.remaining -= amount
        self.drafts.uses[key, lot.id] += amount

    def available(self, account_id: int) -> int | None:
        """What may still leave an account today; None if there is no end to it."""
        if account_id in self.with_lots:
            lots = self.lots[account_id]
            return sum(lot.remaining for lot in lots if not lot.is_overdue(self.today))
        issues = self.accounts[account_id].kind == AccountKind.ISSUE
        return None if issues else self.balances[account_id]

    def expire(self, wallet: int, on: date) -> int:
        """Draft what is past its date on that day as expired. Returns how many points it is."""
        overdue = [lot for lot in self.lots[wallet] if lot.remaining and lot.is_overdue(on)]
        if not overdue:
            return 0
        # The lots decide what expires and that it does so once; the key only has to be new.
        key = f"{EXPIRY}:{wallet}:{secrets.token_hex(8)}"
        total = sum(lot.remaining for lot in overdue)
        self.begin(key, EXPIRY, Phrase(marked("Points past their date")))
        self.drafts.postings.append((key, 1, wallet, self.expired_account(), total, None, False))
        for lot in overdue:
            self.take_from(key, lot, lot.remaining)
        return total

    def expired_account(self) -> int:
        """Locked after all others, as `statements.hold` does it."""
        (account,) = statements.accounts([EXPIRED_CODE])
        if account.id not in self.accounts:
            self.accounts |= statements.hold(self.connection, [account.id])
        return account.id


def _keeps_lots(account: Held) -> bool:
    """Minutes are never spent and never expire, so only points are kept by lot."""
    return account.kind == AccountKind.WALLET and account.unit == LedgerUnit.POINTS


def _short(available: int, wanted: int) -> Refused:
    message = _l(
        "Not enough points: %(available)s available, %(wanted)s needed.",
        available=available,
        wanted=wanted,
    )
    return Refused(message, field="points")
