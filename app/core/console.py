"""The command line: what it says is English with the Chinese below, and it fails in plain words.

Commands are made with `Group` and `Command` of this module. Both turn what a person can put right
(a database that is not there, a full disk, something the rules forbid) into a sentence; all other
exceptions are errors of the program, and their traceback is what has to be reported.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import has_app_context
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app.core.db import db
from app.core.engines import plain_message
from app.core.errors import Refused
from app.core.i18n import in_both
from app.core.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableMapping

_LARGEST_ID = 2**31 - 1
_NO_SUCH_TABLE = "42P01"  # PostgreSQL's code for it


class Failed(click.ClickException):
    """Ends the command with a sentence, said in both languages."""

    def __init__(self, message: object) -> None:
        super().__init__(in_both(message))


class Command(click.Command):
    def invoke(self, ctx: click.Context) -> Any:
        with plain_words():
            return super().invoke(ctx)


class Group(AppGroup):
    """A group of commands, each run within the application."""

    def invoke(self, ctx: click.Context) -> Any:
        with plain_words():
            return super().invoke(ctx)


class LateCommands(AppGroup):
    """Commands that are imported when the first of them is asked for: a server runs none."""

    def __init__(self, name: str, load: Callable[[], Iterable[click.Command]]) -> None:
        super().__init__(name)
        self._load: Callable[[], Iterable[click.Command]] | None = load

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        if self._load is not None:
            load, self._load = self._load, None
            for command in load():
                self.add_command(command)
        return self._commands

    @commands.setter
    def commands(self, commands: MutableMapping[str, click.Command]) -> None:
        self._load = None
        self._commands = commands


class NewFile(click.Path):
    """A file that is to be made: its folder has to be there, itself it may not."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        file = Path(value).absolute()
        if not file.parent.is_dir():
            self.fail(in_both(_l("There is no folder %(folder)s.", folder=file.parent)), param, ctx)
        if file.exists():
            message = _l("%(file)s exists already. Choose another name.", file=file)
            self.fail(in_both(message), param, ctx)
        return file


def say(message: object) -> None:
    click.echo(in_both(message))


def row_id(text: str) -> int | None:
    """The id that a person wrote, if it is one that a row can have."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_LARGEST_ID))):
        return None
    return int(text) if int(text) <= _LARGEST_ID else None


@contextmanager
def plain_words() -> Iterator[None]:
    """Inside, what a person can put right is raised as Failed, in a sentence, and nothing of it stays
    written."""
    try:
        yield
    except Refused as refused:
        _undo()
        raise Failed(refused.message) from refused
    except DBAPIError as error:
        _undo()
        raise Failed(_explained(error)) from error
    except OSError as error:
        _undo()
        message = _l(
            "%(file)s: %(reason)s.", file=error.filename or "flask", reason=error.strerror or error
        )
        raise Failed(message) from error


def _undo() -> None:
    if has_app_context():
        db.session.rollback()


def _explained(error: DBAPIError) -> object:
    said = plain_message(error)
    if "no such table" in said or getattr(error.orig, "sqlstate", None) == _NO_SUCH_TABLE:
        return _l("The database has not been made yet. First run: python3 manage.py flask prepare")
    if "not a database" in said or "malformed" in said:
        return _l(
            "The database file is damaged (%(said)s). Restore the last backup into a new data "
            "folder.",
            said=said,
        )
    if error.statement is None:  # it was not asked anything yet
        return _l("The database can't be reached (%(said)s). Check DATABASE_URL.", said=said)
    return _l("The database refused this: %(said)s", said=said)
