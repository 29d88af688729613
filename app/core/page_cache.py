"""Pieces of pages that are the same for many readers, rendered once per process and kept.

`{% call cached("task", row, china_today()) %}…{% endcall %}` renders what is inside once for each
name and key. The language and where the site is mounted belong to every key by themselves;
everything else the piece depends on must be in the key: the theme, what the reader may do, the
day; of a list, its rows. Forms may be inside: where Flask-WTF's token of the session stood, that of
the reader's is put whenever the piece is shown.

A piece is kept only where that was measured to save 5 % of a page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import fields, is_dataclass
from sys import getsizeof
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.core.i18n import chosen_language

if TYPE_CHECKING:
    from flask import Flask

ROOM = 8 * 1024 * 1024  # bytes a process, for all pieces and their keys
# What stands before every token. In what people wrote the quotes are escaped.
_NAME = 'csrf_token"'

Piece = list[str]  # what stands between the tokens


class Pieces:
    """What was rendered, by key, within so many bytes: what was shown longest ago gives way."""

    def __init__(self, room: int = ROOM) -> None:
        self.used = 0
        self._room = room
        self._pieces: OrderedDict[Hashable, tuple[Piece, int]] = OrderedDict()
        self._lock = Lock()  # a server answers with several threads

    def find(self, key: Hashable) -> Piece | None:
        with self._lock:
            if key not in self._pieces:
                return None
            self._pieces.move_to_end(key)
            return self._pieces[key][0]

    def keep(self, key: Hashable, piece: Piece) -> None:
        size = _size(key) + _size(piece)
        with self._lock:
            _same, before = self._pieces.pop(key, (None, 0))  # of a thread that was faster
            self._pieces[key] = (piece, size)
            self.used += size - before
            while self.used > self._room:
                _oldest, (_piece, freed) = self._pieces.popitem(last=False)
                self.used -= freed


def init(app: Flask) -> None:
    pieces = Pieces()

    def cached(name: str, *key: Hashable | list[Any], caller: Callable[[], Markup]) -> Markup:
        parts = tuple(tuple(part) if type(part) is list else part for part in key)
        whole = (name, chosen_language(), request.script_root, parts)
        piece = None if app.debug else pieces.find(whole)  # there templates are being written
        if piece is None:
            piece = _rendered(caller)
            pieces.keep(whole, piece)
        # Only what autoescaped templates made is in the pieces.
        return Markup(generate_csrf().join(piece) if len(piece) > 1 else piece[0])  # noqa: S704

    app.add_template_global(cached)


def _rendered(caller: Callable[[], Markup]) -> Piece:
    text = str(caller().strip())
    token = g.get("csrf_token")  # Flask-WTF has it here once the page has shown one
    piece = text.split(token) if token else [text]
    if text.count(_NAME) >= len(piece):
        raise ValueError("a token that Flask-WTF did not make would be kept and shown to others")
    return piece


def _size(value: object) -> int:
    """Bytes of a value and all it is made of. What several have in common counts for each."""
    parts: Collection[object] = ()
    if is_dataclass(value):
        parts = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, Collection) and not isinstance(value, str | bytes):
        parts = value
    return getsizeof(value) + sum(map(_size, parts))
