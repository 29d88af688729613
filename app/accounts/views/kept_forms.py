"""Forms that were sent after their session had ended: nothing that was typed is lost.

What was sent goes along, signed, with the form for signing in. Signed in again as the user whose form
it was, one sees it once more and sends it; to another user it is never shown.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.access import Actor
from app.core.arguments import came_from
from app.core.guard import visitor
from app.core.security import owner_of_form

_LIFE = 12 * 3600  # seconds; a working day
_NAMES = re.compile(r"password|csrf_token|kept")
# Of a form only what a person has typed is shown again: not ids, keys and choices.
_TYPED = re.compile(r"[^\x00-\x7f]|\s")


class KeptForm(NamedTuple):
    """Where a form was sent, by whom, and what was in it; `had_files`: they have to be chosen again."""

    owner: int
    address: str
    page: str | None
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def typed(self) -> list[str]:
        return [value for _name, value in self.fields if _TYPED.search(value)]


def sent_without_session() -> KeptForm | None:
    """The form of this request, if it can be told whose it was and another is not signed in."""
    owner, reader = owner_of_form(), visitor()
    if owner is None or (reader is not None and reader.id != owner):
        return None
    if any("password" in name for name in request.form):
        return None
    return KeptForm(
        owner,
        request.full_path.rstrip("?"),
        came_from(),
        [
            (name, value)
            for name, value in request.form.items(multi=True)
            if not _NAMES.search(name)
        ],
        any(file.filename for _name, file in request.files.items(multi=True)),
    )


def signed(kept: KeptForm) -> str:
    """As it goes along with the form for signing in."""
    return str(_signer().dumps(kept))


def kept_for(who: Actor) -> KeptForm | None:
    """The form that came along with signing in, if it is this user's."""
    try:
        kept = KeptForm(*_signer().loads(request.form.get("kept", ""), max_age=_LIFE))
    except (BadData, TypeError):
        return None
    return kept if kept.owner == who.id else None


def _signer() -> Any:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept-form")
