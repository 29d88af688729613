"""Codes that people read off paper and type: residents' numbers, slips, first passwords."""

from __future__ import annotations

import hashlib
import secrets

# Without what is mistaken for something else in print: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
_LETTERS = "34679ACDEFGHJKMNPQRTWXY"
_SLIP = 12
_GROUP = 4
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


def new_slip_code() -> str:
    """A code for one use, written ABCD-EFGH-JKMN: 54 bits, too many to try."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_SLIP))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _SLIP, _GROUP))


def digest(code: str) -> str:
    """What is kept of a code. However it is typed (small letters, spaces, no dashes)."""
    plain = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def new_password() -> str:
    """A first password that can be read out; it satisfies the rules and must be changed."""
    letters = [letter for letter in _LETTERS if letter.isalpha()]
    capital, small = ("".join(secrets.choice(letters) for _ in range(_GROUP)) for _ in range(2))
    return f"{capital}-{small.lower()}-{secrets.randbelow(9000) + 1000}"
