"""How much may be sent with a request: what is more is refused (413) before it is read or parsed.

Anybody can send anything to any address, signed in or not. So no address takes more than a long text,
but for those that say `@takes_files`, and from visitors not even they; and nothing is taken apart
into more fields than a form can have.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, TYPE_CHECKING, TypeVar

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from app.core.security import is_visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask import Flask
    from werkzeug.formparser import t_parse_result

    F = TypeVar("F", bound=Callable[..., Any])

_TAKES = "_linli_takes_files"


def init(app: Flask) -> None:
    app.before_request(_limit)


def takes_files(view: F) -> F:
    """Mark an endpoint: files may come with its form."""
    setattr(view, _TAKES, True)
    return view


class _Parser(FormDataParser):
    """Werkzeug's, which counts the fields of multipart bodies only."""

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> t_parse_result:
        body = stream.read()
        stream.read(1)  # raises where the reading ended at the limit
        if body.count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), mimetype, content_length, options)


def _limit() -> None:
    """Before anything reads the form, and the first to do so is the check of its token."""
    request.form_data_parser_class = _Parser
    view = current_app.view_functions.get(request.endpoint or "")
    with_files = request.mimetype == "multipart/form-data" and hasattr(view, _TAKES)
    if not with_files or is_visitor():
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if (request.content_length or 0) > (request.max_content_length or 0):
        raise RequestEntityTooLarge
