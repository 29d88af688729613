"""Moving points that are past their date."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.core.access import Actor
from app.core.db import db
from app.ledger.models import Lot
from app.ledger.services.accounts import Book

_AT_ONCE = 500  # wallets whose lots are in memory together


def expire(actor: Actor | None, *, on: date, wallets: int | None = None) -> int:
    """Move what is past its date on that day into the expiry account, one transaction a wallet.

    Returns how many points that was: 0 if there was nothing left to do. A lot is good up to
    and including its `expires_on`. With `wallets` it stops after so many, so that the caller
    can commit and let others post in between.
    """
    overdue = select(Lot.account_id).where(Lot.remaining > 0, Lot.expires_on < on).distinct()
    ids = list(db.session.scalars(overdue.order_by(Lot.account_id).limit(wallets)))
    # All wallets are locked before the expiry account is, see `statements.hold`.
    book = Book(ids)
    total = 0
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        book.read_lots(some)
        total += sum(book.expire(wallet, on) for wallet in some)
        book.write(actor)
    return total
