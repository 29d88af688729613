"""Posting entries: the one way in which anything gets into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.access import Actor
from app.core.i18n import Phrase
from app.ledger.models import AccountKind, LedgerUnit
from app.ledger.services import statements
from app.ledger.services.accounts import EXPIRY, REVERSAL, Book, Pieces

_LONGEST_KEY = 200
_LARGEST_AMOUNT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` (a positive whole number) from one account to another, named by their ids."""

    source: int
    destination: int
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= _LARGEST_AMOUNT:
            raise ValueError(f"an amount is a positive whole number, not {self.amount!r}")
        if self.source == self.destination:
            raise ValueError("a transfer needs two accounts")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be posted once, under its `key`.

    `kind` is the caller's word for it ("award", "redemption"), `memo` what its owner reads.
    What it brings into a wallet is good up to and including `expires_on` (None: for ever).
    """

    key: str
    kind: str
    memo: Phrase
    transfers: tuple[Transfer, ...]
    expires_on: date | None = None

    def __post_init__(self) -> None:
        check_key(self.key)
        if self.kind in (EXPIRY, REVERSAL):
            raise ValueError(f"{self.kind!r} is the ledger's own word")
        if not self.transfers:
            raise ValueError("an entry moves something")


def check_key(key: str) -> None:
    """ValueError if this can't be the key of a transaction."""
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"a key has 1 to {_LONGEST_KEY} characters: {key!r}")


def post(actor: Actor | None, entry: Entry) -> int:
    """Post an entry, once: if its key has been posted before, nothing changes.

    Returns the transaction's id. Refused (field "points") if a wallet doesn't have enough that
    is still good today; what is past its date is expired in the same transaction. LookupError
    for an account that isn't there, ValueError for points that would become minutes or minutes
    that would be spent.
    """
    return post_many(actor, [entry])[0]


def post_many(actor: Actor | None, entries: Sequence[Entry]) -> list[int]:
    """Post entries in their order, all of them or (by raising) none, each as `post` does.

    Returns the transactions' ids in the order of the entries. Post what belongs to one request
    with one call: accounts are locked in the order of their ids within a call, which is what
    keeps two calls from waiting for each other.
    """
    if not entries:
        return []
    keys = [entry.key for entry in entries]
    sides = {side for e in entries for t in e.transfers for side in (t.source, t.destination)}
    book = Book(sides)
    spenders = {t.source for e in entries for t in e.transfers} & book.with_lots
    # After locking, so that a copy of this request that came first is seen.
    ids = statements.posted(book.connection, keys)
    book.read_lots(spenders)
    drafted: set[str] = set()
    credited: set[int] = set()
    for entry in entries:
        if entry.key in ids or entry.key in drafted:
            continue
        if any(t.source in credited for t in entry.transfers):
            ids |= book.write(actor)  # it may spend lots that have no id before they are written
            book.read_lots(spenders)
            credited.clear()
        _draft(book, entry)
        drafted.add(entry.key)
        credited.update(t.destination for t in entry.transfers if t.destination in spenders)
    ids |= book.write(actor)
    return [ids[key] for key in keys]


def _draft(book: Book, entry: Entry) -> None:
    for transfer in entry.transfers:
        if transfer.source in book.lots:
            book.expire(transfer.source, book.today)
    book.begin(entry.key, entry.kind, entry.memo)
    number = 0
    for transfer in entry.transfers:
        source, destination = transfer.source, transfer.destination
        _check(book, source, destination)
        makes_lots = destination in book.with_lots
        pieces = book.take(entry.key, source, transfer.amount)
        book.balances[destination] += transfer.amount
        whole: Pieces = [(transfer.amount, None)]
        for amount, until in _arriving(pieces, entry.expires_on) if makes_lots else whole:
            number += 1
            book.drafts.postings.append(
                (entry.key, number, source, destination, amount, until, makes_lots)
            )


def _arriving(pieces: Pieces, expires_on: date | None) -> Pieces:
    """What is to come into a wallet: good no longer than it was in another one."""
    sums: dict[date | None, int] = {}
    for amount, until in pieces:
        if until is None or (expires_on is not None and expires_on < until):
            until = expires_on  # noqa: PLW2901
        sums[until] = sums.get(until, 0) + amount
    return [(amount, until) for until, amount in sums.items()]


def _check(book: Book, source_id: int, destination_id: int) -> None:
    """What triggers would refuse as well, said more clearly."""
    source, destination = book.accounts[source_id], book.accounts[destination_id]
    if source.unit != destination.unit:
        raise ValueError(f"{source.code} and {destination.code} have different units")
    if source.unit == LedgerUnit.MINUTES and source.kind == AccountKind.WALLET:
        raise ValueError(f"{source.code}: minutes of service are never spent")
