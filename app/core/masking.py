"""Names and phone numbers as people without a need see them."""

from __future__ import annotations

import re
import unicodedata

_SHORT = 2
_NUMBER = re.compile(r"\d{7,}")
_MOBILE = re.compile(r"1\d{10}|\+\d+")
# Mobile and identity numbers in running text, as people space them.
_GAP = r"[ \-–—.]?"
_PRIVATE = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}"
    rf"|[1-9]\d{{5}}{_GAP}(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d{_GAP}\d{{3}}[\dXx])(?![0-9A-Za-z])"
)


def masked_name(name: str | None) -> str:
    """张*三, 张* for two characters; everything between the first and last is hidden."""
    if not name:
        return ""
    if len(name) <= _SHORT:
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, 3) + name[-1]


def masked_phone(phone: str | None) -> str:
    """138****1234; of shorter numbers only the last two digits show."""
    if not phone:
        return ""
    if len(phone) >= 11:  # noqa: PLR2004 - a mobile number
        return phone[:3] + "****" + phone[-4:]
    return "****" + phone[-2:]


def is_private(phone: str | None) -> bool:
    """Whether a number is a person's own, that is, a mobile one; an office's stands on its door."""
    return phone is not None and _MOBILE.fullmatch(phone) is not None


def masked_contact(phone: str | None) -> str:
    """A contact's number: masked if it is their own, in full if it is their office's."""
    return masked_phone(phone) if is_private(phone) else phone or ""


def masked_username(username: str) -> str:
    """As it is, but for a telephone number in it: many choose their own."""
    return _NUMBER.sub(lambda found: masked_phone(found[0]), username)


def private_numbers(text: str | None) -> list[str]:
    """The mobile and identity numbers that a text gives away, each once."""
    plain = unicodedata.normalize("NFKC", text or "")
    return list(dict.fromkeys(found[0] for found in _PRIVATE.finditer(plain)))
