"""The accounts of one call, as they are and as they will be, before anything is written."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import date

from app.core import clock
from app.core.access import Actor
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.ledger.models import EXPIRED_CODE, AccountKind, LedgerUnit
from app.ledger.services.entries import EXPIRY, Entry
from app.ledger.services.statements import AccountState, Drafts, OpenLot, Statements

# Amounts on their way from one account to another, with the last day they are good for.
Pieces = list[tuple[int, date | None]]


class Book:
    """Locked accounts with their open lots, and what has been drafted of them so far.

    What is past its date is drafted as expired before its wallet is spent from.
    """

    def __init__(
        self, statements: Statements, account_ids: Collection[int], keys: Collection[str] = ()
    ) -> None:
        self.statements = statements
        self.accounts, self.posted = statements.lock(account_ids, keys)
        # After waiting for the lock: while it waited a day may have ended and been sealed.
        self.moment = clock.now()
        self.today = clock.local(self.moment).date()
        self.lots: dict[int, list[OpenLot]] = defaultdict(list)
        self.drafts = Drafts()
        self.credited: set[int] = set()
        self._spent: dict[int, int] = defaultdict(int)
        if missing := set(account_ids) - self.accounts.keys():
            raise LookupError(f"no accounts {sorted(missing)}")

    def look(self, wallets: Collection[int], keys: Collection[str] = ()) -> None:
        """Read the wallets' lots; and see whether somebody has posted the keys meanwhile."""
        lots, posted = self.statements.look(wallets, keys)
        self.posted |= posted
        for lot in lots:
            self.lots[lot.account_id].append(lot)

    def write(self, actor: Actor | None) -> dict[str, int]:
        """Write the drafts down. Ids by key of those that were not there already."""
        written = self.statements.write(actor, self.moment, self.drafts)
        self.drafts = Drafts()
        return written

    def keeps_lots(self, account_id: int) -> bool:
        return _keeps_lots(self.accounts[account_id])

    def enter(self, entry: Entry) -> None:
        """Draft an entry. Refused if an account doesn't have what is to leave it."""
        for transfer in entry.transfers:
            if transfer.source in self.lots:
                self.expire(transfer.source, self.today)
        self.drafts.transactions.append((entry.key, entry.kind, entry.memo, None, 0))
        number = 0
        for transfer in entry.transfers:
            source = self.accounts[transfer.source]
            destination = self.accounts[transfer.destination]
            _check(source, destination)
            makes_lots = _keeps_lots(destination)
            pieces = self._leave(entry.key, source, transfer.amount)
            for amount, until in self._arrive(entry, destination, pieces):
                number += 1
                self.drafts.postings.append(
                    (entry.key, number, source.id, destination.id, amount, until, makes_lots)
                )

    def available(self, wallet: int) -> int:
        return sum(lot.remaining for lot in self.lots[wallet] if not lot.is_overdue(self.today))

    def take(self, key: str, wallet: int, amount: int) -> Pieces:
        """Take from the wallet's lots, the first to expire first. There must be enough."""
        pieces = []
        for lot in self.lots[wallet]:
            part = min(lot.remaining, amount)
            if part and not lot.is_overdue(self.today):
                pieces.append((part, lot.expires_on))
                self.take_from(key, lot, part)
                amount -= part
        return pieces

    def take_from(self, key: str, lot: OpenLot, amount: int) -> None:
        lot.remaining -= amount
        self.drafts.use(key, lot.id, amount)

    def expire(self, wallet: int, on: date) -> int:
        """Draft what is past its date on that day as expired. Returns how many points it is."""
        overdue = [lot for lot in self.lots[wallet] if lot.remaining and lot.is_overdue(on)]
        if not overdue:
            return 0
        # The lots decide what expires and that it does so once; the key only has to be new.
        key = f"{EXPIRY}:{wallet}:{secrets.token_hex(8)}"
        total = sum(lot.remaining for lot in overdue)
        memo = Phrase(marked("Points past their date"))
        self.drafts.transactions.append((key, EXPIRY, memo, None, 0))
        self.drafts.postings.append((key, 1, wallet, self.expired_account(), total, None, False))
        for lot in overdue:
            self.take_from(key, lot, lot.remaining)
        return total

    def expired_account(self) -> int:
        """Locked after all others, see Statements.lock."""
        (account,) = self.statements.accounts([EXPIRED_CODE])
        if account.id not in self.accounts:
            self.accounts |= self.statements.lock([account.id])[0]
        return account.id

    def balance(self, account: AccountState) -> int:
        """Of an account without lots, after what has been drafted."""
        return account.balance - self._spent[account.id]

    def spend(self, account: AccountState, amount: int) -> None:
        """From an account without lots. Only an issuing account may give what it doesn't have."""
        if account.kind != AccountKind.ISSUE and self.balance(account) < amount:
            raise _short(self.balance(account), amount)
        self._spent[account.id] += amount

    def _leave(self, key: str, source: AccountState, amount: int) -> Pieces:
        if not _keeps_lots(source):
            self.spend(source, amount)
            return [(amount, None)]
        available = self.available(source.id)
        if available < amount:
            raise _short(available, amount)
        return self.take(key, source.id, amount)

    def _arrive(self, entry: Entry, destination: AccountState, pieces: Pieces) -> Pieces:
        """What is to be posted. From another wallet it is good no longer than it was there."""
        if not _keeps_lots(destination):
            return [(sum(amount for amount, _until in pieces), None)]
        self.credited.add(destination.id)
        sums: dict[date | None, int] = {}
        for amount, until in pieces:
            dates = [day for day in (until, entry.expires_on) if day is not None]
            last_day = min(dates, default=None)
            sums[last_day] = sums.get(last_day, 0) + amount
        return [(amount, until) for until, amount in sums.items()]


def _keeps_lots(account: AccountState) -> bool:
    """Minutes are never spent and never expire, so only points are kept by lot."""
    return account.kind == AccountKind.WALLET and account.unit == LedgerUnit.POINTS


def _check(source: AccountState, destination: AccountState) -> None:
    """What triggers would refuse as well, said more clearly."""
    if source.unit != destination.unit:
        raise ValueError(f"{source.code} and {destination.code} have different units")
    if source.unit == LedgerUnit.MINUTES and source.kind == AccountKind.WALLET:
        raise ValueError(f"{source.code}: minutes of service are never spent")


def _short(available: int, wanted: int) -> Refused:
    message = _l(
        "Not enough points: %(available)s available, %(wanted)s needed.",
        available=available,
        wanted=wanted,
    )
    return Refused(message, field="points")
