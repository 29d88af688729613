"""Deriving everything once more from what was posted, and comparing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, exists, func, or_, select

from app.core.db import Model, db
from app.core.i18n import Phrase, marked
from app.ledger.models import Account, AccountKind, LedgerUnit, Lot, LotUse, Posting, Transaction
from app.ledger.services.walking import Days, Finding


def verify(printed: Mapping[date, str] | None = None) -> Iterator[Finding]:
    """Derive balances, lots and seals once more, and name the first row that differs in each.

    `printed` are digests by day as the bulletin printed them: who can change the database can
    also write new seals into it, but not onto paper that hangs on the wall.
    It reads in bounded memory, locks nothing and writes nothing.
    """
    yield from _strays()
    for check in (_balances, _lots, _wallets, _reversals):
        yield from check()
    yield from Days(printed or {}).findings()


def _first(statement: Select[Any]) -> Any:
    return db.session.execute(statement.limit(1)).first()


def _strays() -> Iterator[Finding]:
    """Rows whose transaction, account or lot is gone, as only happens with foreign keys off."""
    for model in (Transaction, Posting, Lot, LotUse):
        if found := _first_stray(model):
            column, row, missing = found
            message = marked("%(table)s %(row)s: there is no %(column)s %(missing)s.")
            yield Finding(
                model.__tablename__,
                row,
                Phrase(message, table=model.__tablename__, row=row, column=column, missing=missing),
            )


def _first_stray(model: type[Model]) -> tuple[str, int, int] | None:
    table = cast("Table", model.__table__)
    row_id = next(iter(table.primary_key))
    for constraint in table.foreign_key_constraints:
        parent = constraint.referred_table.alias()
        same = [parent.c[key.column.name] == key.parent for key in constraint.elements]
        column = constraint.elements[0].parent
        stray = select(row_id, column).where(column.is_not(None), ~exists().where(*same))
        if row := _first(stray.order_by(row_id)):
            return column.name, row[0], row[1]
    return None


def _balances() -> Iterator[Finding]:
    came, went = _sums(Posting.destination_id), _sums(Posting.source_id)
    derived = func.coalesce(came.c.amount, 0) - func.coalesce(went.c.amount, 0)
    row = _first(
        select(Account.id, Account.code, Account.balance, derived.label("derived"))
        .outerjoin(came, came.c.id == Account.id)
        .outerjoin(went, went.c.id == Account.id)
        .where(
            or_(
                Account.balance != derived,
                (Account.balance < 0) & (Account.kind != AccountKind.ISSUE),
            )
        )
        .order_by(Account.id)
    )
    if row is not None:
        message = marked(
            "Account %(code)s: its balance is %(balance)s, its postings make %(derived)s."
        )
        yield Finding(
            "account",
            row.id,
            Phrase(message, code=row.code, balance=row.balance, derived=int(row.derived)),
        )


def _sums(account: Any) -> Any:
    return (
        select(account.label("id"), func.sum(Posting.amount).label("amount"))
        .group_by(account)
        .subquery()
    )


def _lots() -> Iterator[Finding]:
    lot = (LotUse.lot_transaction_id, LotUse.lot_number)
    used = select(*lot, func.sum(LotUse.amount).label("amount")).group_by(*lot).subquery()
    derived: ColumnElement[int] = Lot.amount - func.coalesce(used.c.amount, 0)
    row = _first(
        select(Lot.transaction_id, Lot.number, Lot.remaining, derived.label("derived"))
        .outerjoin(
            used,
            (used.c.lot_transaction_id == Lot.transaction_id) & (used.c.lot_number == Lot.number),
        )
        .where(or_(Lot.remaining != derived, Lot.remaining < 0))
        .order_by(Lot.transaction_id, Lot.number)
    )
    if row is not None:
        message = marked("Lot %(row)s: %(remaining)s remain, its uses leave %(derived)s.")
        name = f"{row.transaction_id}/{row.number}"
        phrase = Phrase(message, row=name, remaining=row.remaining, derived=int(row.derived))
        yield Finding("lot", row.transaction_id, phrase)


def _wallets() -> Iterator[Finding]:
    lots = (
        select(Lot.account_id.label("id"), func.sum(Lot.remaining).label("amount"))
        .where(Lot.remaining > 0)
        .group_by(Lot.account_id)
        .subquery()
    )
    kept = func.coalesce(lots.c.amount, 0)
    row = _first(
        select(Account.id, Account.code, Account.balance, kept.label("kept"))
        .outerjoin(lots, lots.c.id == Account.id)
        .where(Account.kind == AccountKind.WALLET, Account.unit == LedgerUnit.POINTS)
        .where(Account.balance != kept)
        .order_by(Account.id)
    )
    if row is not None:
        message = marked("Account %(code)s: its balance is %(balance)s, its lots hold %(kept)s.")
        yield Finding(
            "account",
            row.id,
            Phrase(message, code=row.code, balance=row.balance, kept=int(row.kept)),
        )


def _reversals() -> Iterator[Finding]:
    """A reversal brings back what the original moved, less its shortfall."""
    mirror, original = (
        select(func.coalesce(func.sum(Posting.amount), 0))
        .where(Posting.transaction_id == column)
        .scalar_subquery()
        for column in (Transaction.id, Transaction.reverses_id)
    )
    row = _first(
        select(Transaction.id, Transaction.reverses_id)
        .where(Transaction.reverses_id.is_not(None), mirror + Transaction.shortfall != original)
        .order_by(Transaction.id)
    )
    if row is not None:
        message = marked("Transaction %(row)s does not bring back what %(original)s moved.")
        yield Finding(
            "ledger_transaction", row.id, Phrase(message, row=row.id, original=row.reverses_id)
        )
