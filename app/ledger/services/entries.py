"""What callers hand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.i18n import Phrase

# The kinds of the ledger's own transactions; all others are their callers' words.
EXPIRY = "expiry"
REVERSAL = "reversal"

_LONGEST_KEY = 200
_LARGEST_AMOUNT = 1_000_000_000


def check_key(key: str) -> None:
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ValueError(f"a key has 1 to {_LONGEST_KEY} characters: {key!r}")


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
