"""What can go wrong with a request although the program is right.

Services raise these; `Form.accepts` puts them beside the field they name, and
the error pages show the rest. Messages are lazily translated phrases.
"""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - reads as a sentence: "raise Refused(...)"
    """The rules do not allow it now. `field` names the form field it is about, if one."""

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Stale(Refused):
    """Another user changed it since it was read; nothing was written."""


class NotFoundError(Exception):
    """No such thing within the actor's scope, whether or not it exists elsewhere."""
