"""What a username may look like."""

from __future__ import annotations

import re
import unicodedata

from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

LONGEST = 60
_ALLOWED = re.compile(r"[\w][\w.@+-]{1,59}")


def canonical(username: str) -> str:
    """The one way of writing a username: half-width, small letters, without space around it."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[: LONGEST + 1]


def checked(username: str) -> str:
    """The canonical username, or Refused (field "username")."""
    username = canonical(username)
    if not _ALLOWED.fullmatch(username):
        message = _l("Use 2 to 60 letters, digits, or the characters . _ - @ + without spaces.")
        raise Refused(message, field="username")
    return username
