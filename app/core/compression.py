"""HTML is squeezed on its way, and its length must not betray what stands in it.

BREACH: an attacker who sees how long our answers are, and can make a reader's browser ask for a
page with a guess in its address (`?q=…`), learns from the length whether the guess occurs in the
page, because repetitions take no room. Two things stand against it:

- Over https only what our own pages or the reader asked for is squeezed; browsers say so in
  `Sec-Fetch-Site`. So names and numbers can't be probed from another site. (Without https
  an attacker who sees the length sees the page itself.)
- The session's token looks different in every answer: it travels under a pad of its own, as
  Django's does. So it can't be guessed bit by bit from texts that others left on our pages.
"""

from __future__ import annotations

import gzip
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from flask import current_app, g, request

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

_FEWEST = 500  # bytes; less fits into one packet as it is
_LEVEL = 5  # of 9: 25 KB take 0.1 ms; 9 takes twice as long for 1 % less


def init(app: Flask) -> None:
    app.after_request(_squeeze)


def _squeeze(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    _pad_token(response)
    content = response.get_data()
    if len(content) < _FEWEST or not request.accept_encodings["gzip"] or not _asked_by_our_own():
        return response
    response.set_data(gzip.compress(content, _LEVEL, mtime=0))
    response.content_encoding = "gzip"
    return response


def _pad_token(response: Response) -> None:
    """Also in what leaves here as it is: a proxy may squeeze it on its way."""
    token = g.get("csrf_token")  # where Flask-WTF keeps it once it was shown
    if token:
        response.set_data(response.get_data().replace(token.encode(), padded(token).encode()))


def _asked_by_our_own() -> bool:
    # A proxy in front may speak https without having told us so.
    https = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]
    return not https or request.headers.get("Sec-Fetch-Site") in {"same-origin", "none"}


def padded(token: str) -> str:
    """The token under a pad: the pad, and what it makes of the token."""
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def unpadded(sent: str | None) -> str | None:
    """The token that a form sent back, with or without a pad. Nonsense stays what it is."""
    if not sent or "." in sent:  # a signed token has full stops, base64 has none
        return sent
    try:
        both = urlsafe_b64decode(sent)
        return _xor(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return sent


def _xor(pad: bytes, text: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, text, strict=True))
