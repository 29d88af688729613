"""Telephone numbers as they are kept: digits only."""

from __future__ import annotations

import re
import unicodedata

from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

_SEPARATORS = re.compile(r"[\s()\-–—.]+")
_COUNTRY = re.compile(r"^(\+|00)86(?=1\d{10}$)")
_NUMBER = re.compile(r"\+?\d{5,19}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_TAIL = 4


def clean_phone(text: str | None) -> str | None:
    """Without separators and the country's code: +86 138-0000-1234 → 13800001234; None if empty."""
    plain = unicodedata.normalize("NFKC", text or "").strip()
    plain = _SEPARATORS.sub("", plain.removesuffix(".0"))  # a float that was a number
    return _COUNTRY.sub("", plain) or None


def checked_phone(text: str | None) -> str | None:
    """A cleaned number; Refused (field "phone") if it is none. Eleven digits that begin with 1
    have to be a mobile number."""
    phone = clean_phone(text)
    if phone is None:
        return None
    wrong_mobile = phone.startswith("1") and len(phone) == 11 and not _MOBILE.fullmatch(phone)  # noqa: PLR2004
    if wrong_mobile or not _NUMBER.fullmatch(phone) or not phone.isascii():
        raise Refused(_l("This is not a telephone number."), field="phone")
    return phone


def tail(phone: str | None) -> str | None:
    """The last four digits, by which people are searched for."""
    return phone[-_TAIL:] if phone else None
