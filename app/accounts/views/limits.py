"""Limits on what can be tried without an account: passwords, codes of slips, the first code."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, request

from app.core.attempts import Rate, count_attempt, has_none_left, take_back
from app.core.db import begin_reading, begin_writing, db, end_transaction
from app.core.guard import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    View = Callable[..., Response]


def limited(what: str, *rates: Rate) -> Callable[[View], View]:
    """Mark a view: each request that is refused counts as an attempt, and one too many is answered
    with 429. It counts from its beginning, so that many at once are as many."""

    def mark(view: View) -> View:
        @wraps(view)
        def counted(**arguments: Any) -> Response:
            if not current_app.config["RATELIMIT_ENABLED"]:
                return view(**arguments)
            if not _may_try(what, rates):
                abort(429)
            response = view(**arguments)
            if response.status_code < HTTPStatus.BAD_REQUEST:
                _take_back(what, rates)
            return response

        return counted

    return mark


def _may_try(what: str, rates: tuple[Rate, ...]) -> bool:
    """Counted in a transaction of its own, which stands also if the attempt fails; the
    request goes on with its own. What is beyond the limit writes nothing."""
    address = request.remote_addr or ""
    end_transaction()
    begin_reading()
    if has_none_left(what, address, rates):
        return False
    end_transaction()
    begin_writing()
    may = count_attempt(what, address, rates)
    db.session.commit()
    begin()
    return may


def _take_back(what: str, rates: tuple[Rate, ...]) -> None:
    end_transaction()
    begin_writing()
    take_back(what, request.remote_addr or "", rates)
    db.session.commit()
