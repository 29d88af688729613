"""Taking a transaction back."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from app.core.access import Actor
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase
from app.core.i18n import lazy_gettext as _l
from app.ledger.models import Lot, LotUse, Posting, Transaction
from app.ledger.services.accounts import EXPIRY, REVERSAL, Book
from app.ledger.services.posting import check_key
from app.ledger.services.statements import LotId, OpenLot

_POSTINGS = (
    select(
        Transaction.kind,
        Posting.source_id,
        Posting.destination_id,
        Posting.amount,
    )
    .join_from(Transaction, Posting, isouter=True)
    .where(Transaction.id == bindparam("id"))
    .order_by(Posting.number.desc())
)
_DONE = select(Transaction.id, Transaction.key).where(
    or_(Transaction.key == bindparam("key"), Transaction.reverses_id == bindparam("id"))
)
# What the transaction brought in, and how much of it has expired since.
_BROUGHT = (
    select(
        Lot.transaction_id,
        Lot.number,
        Lot.account_id,
        func.coalesce(func.sum(LotUse.amount), 0).label("expired"),
    )
    .outerjoin(
        LotUse,
        (LotUse.lot_transaction_id == Lot.transaction_id)
        & (LotUse.lot_number == Lot.number)
        & LotUse.transaction_id.in_(select(Transaction.id).where(Transaction.kind == EXPIRY)),
    )
    .where(Lot.transaction_id == bindparam("id"))
    .group_by(Lot.transaction_id, Lot.number, Lot.account_id)
    .order_by(Lot.number)
)
# What it took, the last first.
_USED = (
    select(Lot.transaction_id, Lot.number, Lot.account_id, LotUse.amount)
    .join_from(LotUse, Lot)
    .where(LotUse.transaction_id == bindparam("id"))
    .order_by(Lot.expires_on.desc().nulls_first(), Lot.transaction_id.desc(), Lot.number.desc())
)


def reverse(
    actor: Actor | None,
    transaction_id: int,
    *,
    key: str,
    memo: Phrase,
    up_to_balance: bool = False,
) -> int:
    """Post the mirror image of a transaction, once; returns the id of the reversal.

    What it took from a wallet goes back to the very lots it came from, also to one that is past
    its date by now: there it is expired when the wallet is next read. What it brought into a
    wallet is taken from the lots it came in as. What of those has expired comes back from the
    expiry account, what of those has been spent is taken from the wallet's other lots. If that
    isn't enough the reversal is Refused; with `up_to_balance` it takes what is there and keeps
    the rest as its `shortfall` (`queries.shortfall`), so that voiding never fails half way.

    If the key has been posted before, nothing changes. Refused if the transaction has been
    reversed under another key, or is itself a reversal or an expiry; NotFoundError if there is
    no such transaction, ValueError if this can't be a key.
    """
    check_key(key)
    postings = _rows(_POSTINGS, id=transaction_id)
    if not postings:
        raise NotFoundError
    if postings[0].kind in (EXPIRY, REVERSAL):
        raise Refused(_l("A reversal or an expiry can't itself be taken back."))
    book = Book({account for row in postings for account in (row.source_id, row.destination_id)})
    # After locking, so that a copy of this request that came first is seen.
    done = {row.key: row.id for row in _rows(_DONE, id=transaction_id, key=key)}
    if key in done:
        return done[key]
    if done:
        raise Refused(_l("This has been taken back already."))
    reversal = _Reversal(book, transaction_id, key, up_to_balance=up_to_balance)
    for row in postings:
        reversal.mirror(row.source_id, row.destination_id, row.amount)
    book.begin(key, REVERSAL, memo, transaction_id, reversal.shortfall)
    return book.write(actor)[key]


def _rows(statement: Select[Any], **values: Any) -> list[Any]:
    return list(db.session.execute(statement, values))


class _Reversal:
    """The mirror image of one transaction as it is being drafted."""

    def __init__(self, book: Book, transaction_id: int, key: str, *, up_to_balance: bool) -> None:
        self.book = book
        self.key = key
        self.up_to_balance = up_to_balance
        self.shortfall = self.postings = 0
        book.read_lots(book.with_lots)
        open_lots = {lot.id: lot for lots in book.lots.values() for lot in lots}
        # By wallet: the open lots that came in, what of them has expired, what was taken.
        self.own: dict[int, list[OpenLot]] = defaultdict(list)
        self.expired: dict[int, int] = defaultdict(int)
        self.used: dict[int, list[tuple[LotId, int]]] = defaultdict(list)
        for row in _rows(_BROUGHT, id=transaction_id):
            self.expired[row.account_id] += row.expired
            if lot := open_lots.get((row.transaction_id, row.number)):
                self.own[row.account_id].append(lot)
        for row in _rows(_USED, id=transaction_id):
            self.used[row.account_id].append(((row.transaction_id, row.number), row.amount))

    def mirror(self, source: int, destination: int, amount: int) -> None:
        """Draft the way back of what a posting brought from `source` to `destination`."""
        lapsed = 0
        if destination in self.book.with_lots:
            back = self._from_own_lots(destination, amount)
            lapsed = self._from_expired(destination, amount - back)
            if rest := amount - back - lapsed:
                self.book.expire(destination, self.book.today)
                back += self._take(destination, rest)
        else:
            back = self._take(destination, amount)
        self._post(destination, source, back)
        if lapsed:
            self._post(self.book.expired_account(), source, lapsed)
        self.shortfall += amount - back - lapsed
        if source in self.book.with_lots:
            self._return_to_lots(source, back + lapsed)

    def _post(self, source: int, destination: int, amount: int) -> None:
        if amount:
            self.postings += 1
            posting = (self.key, self.postings, source, destination, amount, None, False)
            self.book.drafts.postings.append(posting)

    def _from_own_lots(self, wallet: int, amount: int) -> int:
        taken = 0
        for lot in self.own[wallet]:
            part = min(lot.remaining, amount - taken)
            if part:
                self.book.take_from(self.key, lot, part)
                taken += part
        return taken

    def _from_expired(self, wallet: int, amount: int) -> int:
        """The owner has lost these already: they must not be lost again from other lots."""
        part = min(self.expired[wallet], amount)
        self.expired[wallet] -= part
        return part

    def _take(self, account_id: int, amount: int) -> int:
        """From all else there is on the account, as far as it goes."""
        available = self.book.available(account_id)
        part = amount if available is None else min(available, amount)
        if part < amount and not self.up_to_balance:
            raise Refused(
                _l(
                    "These points have been spent already: %(missing)s of them can't be taken back.",
                    missing=amount - part,
                ),
                field="points",
            )
        self.book.take(self.key, account_id, part)
        return part

    def _return_to_lots(self, wallet: int, amount: int) -> None:
        """The last taken first: what falls short stays taken from the first to expire."""
        for position, (lot, used) in enumerate(self.used[wallet]):
            part = min(used, amount)
            if part:
                self.book.drafts.uses[self.key, lot] -= part
                self.used[wallet][position] = (lot, used - part)
                amount -= part
