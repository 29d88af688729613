"""Codes that people read off paper and type: slips, first passwords."""

from __future__ import annotations

import hashlib
import secrets

# Without what is mistaken for something else in print: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
_LETTERS = "34679ACDEFGHJKMNPQRTWXY"
_SLIP = 12
_GROUP = 4


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
