"""Opening accounts, and holding them."""

from __future__ import annotations

from collections.abc import Iterable

from app.ledger.models import AccountKind, LedgerUnit
from app.ledger.services.journal import journal


def open_account(*, code: str, kind: AccountKind, unit: LedgerUnit = LedgerUnit.POINTS) -> int:
    """The id of the account with this code, opened if there is none yet."""
    return open_accounts([code], kind=kind, unit=unit)[code]


def open_accounts(
    codes: Iterable[str], *, kind: AccountKind, unit: LedgerUnit = LedgerUnit.POINTS
) -> dict[str, int]:
    """The ids of the accounts with these codes, in a few statements however many there are.

    ValueError if one of them is there already and is of another kind or unit.
    """
    statements = journal()
    wanted = sorted(set(codes))
    accounts = {account.code: account for account in statements.accounts(wanted)}
    missing = [code for code in wanted if code not in accounts]
    if missing:
        statements.open(missing, kind, unit)
        # Another process may have opened some of them a moment ago: read what is there now.
        accounts |= {account.code: account for account in statements.accounts(missing)}
    for account in accounts.values():
        if (account.kind, account.unit) != (kind, unit):
            raise ValueError(f"{account.code} is open as {account.kind} in {account.unit}")
    return {code: accounts[code].id for code in wanted}


def hold_accounts(ids: Iterable[int]) -> None:
    """Hold accounts until the transaction ends, in the order of their ids: for one that posts more
    than once, and would otherwise reach for an earlier one later."""
    journal().lock(set(ids))
