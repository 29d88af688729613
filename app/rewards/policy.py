"""What is on offer, and what a person may still have of it."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

# Money by any name. A purse (零钱包) or an envelope (红包封) is none; nor is it saying that
# something is not exchanged for money.
_MONEY = re.compile(
    r"现金|现钞|红包(?![封袋壳])|提现|套现|折现|变现|兑现$|微信零钱|零钱通|余额宝|转账|汇款|打款|返现|人民币|奖金|cash|money"
)
_NO_MONEY = re.compile(
    r"(?:不|不可|不能|不得|不予|禁止|严禁)(?:兑换|兑付|折换|兑|换|折|提|变)?[成为]?(?:现金|现钞|现)"
)

COLLECT_WITHIN = 14  # days a reservation waits at the counter


def is_offered(
    on: date, *, withdrawn: bool, available_from: date | None, available_until: date | None
) -> bool:
    """Whether it can be had on that day. The last day counts."""
    if withdrawn or (available_from is not None and on < available_from):
        return False
    return available_until is None or on <= available_until


def is_overdue(on: date, collect_by: date) -> bool:
    """Whether a reservation was not collected in time; the last day still counts."""
    return on > collect_by


def within_limit(had: int, per_person: int | None) -> bool:
    """Whether a person who had so many this year may have another."""
    return per_person is None or had < per_person


def names_money(text: str) -> str | None:
    """The word by which something on offer is money, if it is: points are never exchanged for
    money (不兑现金)."""
    plain = re.sub(r"[\W_]+", "", normalize("NFKC", text)).lower()
    found = _MONEY.search(_NO_MONEY.sub("", plain))
    return found[0] if found else None
