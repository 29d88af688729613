"""The sample community in a database, loaded once per engine for all tests that only look at it
or take copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.core.db import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


class Sample(NamedTuple):
    """The application on the sample's database, with its uploads."""

    app: Flask
    url: str
    files: Path

    def close(self) -> None:
        """Give the connections back; whoever comes later opens new ones."""
        with self.app.app_context():
            db.engine.dispose()


_loaded: dict[str, Sample] = {}


def loaded(engine: str, new_database: Callable[[], str], new_app: Callable[..., Flask]) -> Sample:
    """What `flask prepare --demo` makes. Whoever changes something in it rolls back."""
    if engine not in _loaded:
        url = new_database()
        app = new_app(url, DEMO=True)
        done = run(app, "prepare", "--demo")
        assert done.exit_code == 0, done.output
        _loaded[engine] = Sample(app, url, Path(app.config["FILES_FOLDER"]))
    return _loaded[engine]


def run(app: Flask, *arguments: object):
    """A command of the application: its exit_code and output."""
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
