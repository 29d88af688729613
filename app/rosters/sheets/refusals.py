"""What can be wrong with an uploaded list, in words its owner can act on."""

from __future__ import annotations

from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

MOST_ROWS = 50_000


def refusal(message: object) -> Refused:
    return Refused(message, field="file")


def empty() -> Refused:
    return refusal(_l("There is nothing in this file."))


def no_spreadsheet() -> Refused:
    return refusal(_l("This is not a spreadsheet we can read (.xlsx, .xls, .ods or .csv)."))


def locked() -> Refused:
    return refusal(_l("This workbook is locked with a password. Save it without and try again."))


def damaged() -> Refused:
    return refusal(_l("This file is damaged. Open it in Excel or WPS, save it again and retry."))


def too_long() -> Refused:
    return refusal(_l("This file is too long: %(most)s rows at most.", most=MOST_ROWS))
