"""Pieces of pages that are the same for many readers, rendered once per process and kept.

`{% call kept("navigation", current_user.capabilities, here) %}…{% endcall %}` renders what is
inside once for each name and key. The language and where the site is mounted belong to every
key by themselves; everything else the piece depends on must be in the key: a name of a person, the
theme, what the reader may do, the day; of a list, its rows. Forms may be inside: the token of the
reader's session is put in its place whenever the piece is shown.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.core.i18n import chosen_language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flask import Flask

# Where the token goes. No template can contain it: HTML has no such character.
_PLACE = "\0token\0"
_MOST = 5000  # pieces kept; then all are forgotten and made anew

_signed: dict[Any, str] = {}
_keeping: ContextVar[bool] = ContextVar("keeping", default=False)


def init(app: Flask) -> None:
    pieces: dict[Hashable, list[str]] = {}

    def kept(name: str, *key: Hashable | list[Any], caller: Callable[[], str]) -> Markup:
        parts = tuple(tuple(part) if type(part) is list else part for part in key)
        whole = (name, chosen_language(), request.script_root, parts)
        piece = None if app.debug else pieces.get(whole)  # templates are being written
        if piece is None:
            if len(pieces) >= _MOST:
                pieces.clear()
            piece = pieces[whole] = _rendered(caller).split(_PLACE)
        # Only what autoescaped templates made is in the pieces.
        return Markup(csrf_token().join(piece) if len(piece) > 1 else piece[0])  # noqa: S704

    app.add_template_global(kept)
    # In place of the extension's own, which would be kept with the piece: for templates with
    # the page's context and for macros without it.
    app.context_processor(lambda: {"csrf_token": csrf_token})
    app.jinja_env.globals["csrf_token"] = csrf_token


def csrf_token() -> str:
    """The token every form carries; its place while a piece is being kept.

    Signed once for each session: it has no time limit of its own, so signing it anew for every
    page would add nothing.
    """
    if _keeping.get():
        return _PLACE
    if "csrf_token" not in g:  # where Flask-WTF keeps it, and finds it for its own forms
        unsigned = (current_app.secret_key, session.get("csrf_token"))
        if unsigned in _signed:
            g.csrf_token = _signed[unsigned]
        else:
            if len(_signed) >= _MOST:
                _signed.clear()
            token = generate_csrf()  # which puts what it signs into a new session
            _signed[current_app.secret_key, session["csrf_token"]] = token
    return str(g.csrf_token)


def _rendered(caller: Callable[[], str]) -> str:
    state = _keeping.set(True)
    try:
        piece = str(caller()).strip()
    finally:
        _keeping.reset(state)
    if generate_csrf() in piece:
        raise ValueError("a token was made by other means than csrf_token() and would be kept")
    return piece
