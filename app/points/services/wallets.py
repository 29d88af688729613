"""People's accounts in the ledger, and what goes out of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select, update

from app.core.access import Actor
from app.core.db import db, insert_new
from app.core.errors import NotFoundError
from app.core.i18n import Phrase
from app.ledger import interface as ledger
from app.ledger.models import AccountKind, LedgerUnit
from app.people.models import Person
from app.points.models import Wallet


class Accounts(NamedTuple):
    """One person's accounts; `minutes` only once hours of service have been recorded."""

    points: int
    minutes: int | None


def issue_account(community_id: int, unit: LedgerUnit = LedgerUnit.POINTS) -> int:
    """The community's fund, out of which all points (or minutes) come."""
    code = "issue" if unit is LedgerUnit.POINTS else "issue-minutes"
    return ledger.open_account(code=f"{code}:{community_id}", kind=AccountKind.ISSUE, unit=unit)


def redeemed_account(community_id: int) -> int:
    """Where a community's spent points go."""
    return ledger.open_account(code=f"redeemed:{community_id}", kind=AccountKind.REDEEMED)


def lock_wallets(person_ids: Iterable[int]) -> dict[int, Accounts]:
    """The people's accounts by person id, opened where missing, and held until the transaction
    ends: what is counted about a person's awards or redemptions stays true meanwhile. Always
    taken in the order of the ids, so that two who need the same wallets never block each other.
    """
    wanted = sorted(set(person_ids))
    found = _locked(wanted)
    missing = [person_id for person_id in wanted if person_id not in found]
    if not missing:
        return found
    _open(missing)
    return _locked(wanted)


def spend(actor: Actor | None, *, person_id: int, points: int, key: str, memo: Phrase) -> int:
    """Take points out of a wallet; returns the transaction's id. Idempotent by key.

    Refused (field "points") if there are not enough. Oldest points go first.

    NotFoundError if the person is not entered.
    """
    community_id = db.session.scalar(select(Person.community_id).where(Person.id == person_id))
    if community_id is None:
        raise NotFoundError
    accounts = lock_wallets([person_id])[person_id]
    transfer = ledger.Transfer(accounts.points, redeemed_account(community_id), points)
    return ledger.post(
        actor, ledger.Entry(key=key, kind="redemption", memo=memo, transfers=(transfer,))
    )


def minutes_accounts(wallets: dict[int, Accounts], person_ids: Iterable[int]) -> dict[int, int]:
    """These people's accounts for minutes of service by person id, opened where missing. Their
    wallets are locked."""
    wanted = set(person_ids)
    known = {i: minutes for i in wanted if (minutes := wallets[i].minutes) is not None}
    missing = wanted - known.keys()
    if not missing:
        return known
    opened = _accounts("minutes", missing, LedgerUnit.MINUTES)
    db.session.execute(
        update(Wallet),
        [{"person_id": i, "minutes_account_id": account} for i, account in opened.items()],
    )
    return known | opened


def _locked(person_ids: list[int]) -> dict[int, Accounts]:
    rows = db.session.execute(
        select(Wallet.person_id, Wallet.account_id, Wallet.minutes_account_id)
        .where(Wallet.person_id.in_(person_ids))
        .order_by(Wallet.person_id)
        .with_for_update()
    )
    return {row.person_id: Accounts(row.account_id, row.minutes_account_id) for row in rows}


def _open(person_ids: list[int]) -> None:
    """Another request may be opening the same wallet: the second one finds it there."""
    opened = _accounts("wallet", person_ids, LedgerUnit.POINTS)
    db.session.execute(
        insert_new(Wallet),
        [{"person_id": i, "account_id": account} for i, account in opened.items()],
    )


def _accounts(prefix: str, person_ids: Iterable[int], unit: LedgerUnit) -> dict[int, int]:
    codes = {f"{prefix}:{person_id}": person_id for person_id in sorted(person_ids)}
    opened = ledger.open_accounts(codes, kind=AccountKind.WALLET, unit=unit)
    return {codes[code]: account for code, account in opened.items()}
