"""Residents' numbers, which people read off paper and type."""

from __future__ import annotations

import secrets

_PERSON = 9  # digits before the check digit


def new_person_code() -> str:
    """A resident's number: nine random digits and a check digit.

    It never begins with 0 or 1 (as telephone numbers do), says nothing about the person and can't
    be counted up. Whether it is taken is for the caller to see.
    """
    least = 2 * 10 ** (_PERSON - 1)
    digits = str(least + secrets.randbelow(4 * least))
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The check digit of ISO 7064 MOD 11,10: finds every wrong digit and most transpositions."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)
