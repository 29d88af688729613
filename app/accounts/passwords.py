"""What a password must be, how it is kept, and how many wrong ones lock an account.

The figures are those customary for level-2 protected systems (等保二级) and are kept here only.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

SHORTEST = 8
LONGEST = 128  # hashing something endless would keep the server busy
KINDS = 3  # of small letters, capitals, digits and others
LOCK_AFTER = 5  # wrong passwords in a row
LOCK_FOR = timedelta(minutes=15)

# Those that satisfy the rule about kinds and are tried first all the same.
_COMMONEST = frozenset(
    """
    aa123456 aa123456. aa123456! aa@123456 a123456789! abc12345 abc123456 abc@1234 abc@123456
    abcd1234 abcd@1234 abcd123456 admin123 admin@123 admin@1234 admin1234 admin123456 asdf1234
    asd@123456 changeme1 dev@12345 hello123 huawei@123 huawei12#$ iloveyou1 letmein1 linli123
    linli@123 linli@2026 linli2026 p@ssw0rd p@ssw0rd1 p@ssword1 pass@123 pass@word1 passw0rd
    password1 password1! password12 password123 password@1 password@123 q1w2e3r4 qaz@123456
    qaz@wsx1 qazwsx123 qq123456 qq123456. qwe@1234 qwe123456 qwer1234 qwer@1234 qwerty1!
    qwerty12 qwerty123 qwerty@123 root@123 root1234 shequ123 shequ@123 test1234 test@123
    user@123 user1234 welcome1 welcome@1 welcome123 woaini123 woaini1314 woaini520 wang123456
    zhang123 zaq1@wsx zaq12wsx zxcv1234 zxc@1234 1qaz2wsx 1qaz@wsx 1qaz!qaz 1q2w3e4r !qaz2wsx
    """.split()  # noqa: SIM905 - a list of strings would be four times as long
)

# About 25 ms and 19 MB each (the smallest pair that OWASP recommends), so that a hundred people
# signing in at once do not take the server's memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Verified when there is no such user, so that the answer takes as long as for one there is.
# Made up, not hashed: that would take its time whenever a process starts.
_NOBODYS = "$argon2id$v=19$m={0.memory_cost},t={0.time_cost},p={0.parallelism}${1}${2}".format(
    _hasher, "A" * 22, "A" * 43
)


def check_new(password: str, *, username: str) -> None:
    """Refused (field "password") if the password doesn't follow the rules."""
    password = _plain(password)
    if len(password) < SHORTEST:
        message = _l("A password needs at least %(count)s characters.", count=SHORTEST)
        raise Refused(message, field="password")
    if len(password) > LONGEST:
        message = _l("A password has at most %(count)s characters.", count=LONGEST)
        raise Refused(message, field="password")
    kinds = {_kind(character) for character in password}
    if len(kinds) < KINDS:
        message = _l(
            "Use three of these: small letters, capital letters, digits, other characters."
        )
        raise Refused(message, field="password")
    if username and username.casefold() in password.casefold():
        raise Refused(_l("The password must not contain the username."), field="password")
    if password.casefold() in _COMMONEST:
        raise Refused(_l("This password is one of the first that others try."), field="password")


def hashed(password: str) -> str:
    return _hasher.hash(_plain(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept as hash `kept`; takes as long if there is none."""
    if len(password) > LONGEST:
        password = ""
    try:
        _hasher.verify(kept or _NOBODYS, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _plain(password: str) -> str:
    # A Chinese input method gives other characters for the same keys.
    return unicodedata.normalize("NFKC", password)


def _kind(character: str) -> str:
    if character.isdecimal():
        return "digit"
    if character.islower():
        return "small"
    if character.isupper():
        return "capital"
    return "other"
