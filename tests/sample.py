"""The sample community in a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.core.db import begin_writing, db

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


class Sample(NamedTuple):
    """The application on the sample's database, with its uploads."""

    app: Flask
    url: str
    files: Path

    def close(self) -> None:
        """Give the connections back; the next use opens new ones."""
        with self.app.app_context():
            db.engine.dispose()


def load(url: str, new_app: Callable[..., Flask]) -> Sample:
    """What `flask prepare --demo` makes."""
    app = new_app(url, DEMO=True)
    begin_writing()
    done = run(app, "prepare", "--demo")
    assert done.exit_code == 0, done.output
    return Sample(app, url, Path(app.config["FILES_FOLDER"]))


def run(app: Flask, *arguments: object):
    """A command of the application: its exit_code and output."""
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
