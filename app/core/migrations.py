"""Flask-Migrate, imported by the commands that need it."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.core.db import db
from app.core.settings import ROOT

_NAME = "migrate"  # where Flask-Migrate looks for its own


class LateMigrate:
    """What Flask-Migrate keeps of an application, made when it is first asked for anything.

    With Alembic it takes a fifth of a second to import, and a server never needs it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        install(self._app)
        return getattr(self._app.extensions[_NAME], name)


def init(app: Flask) -> None:
    app.extensions[_NAME] = LateMigrate(app)


def install(app: Flask) -> None:
    """Put Flask-Migrate itself in the place that is kept for it, and add its commands, `flask db`."""
    if isinstance(app.extensions[_NAME], LateMigrate):
        from flask_migrate import Migrate  # noqa: PLC0415 - see above

        folder = str(ROOT / "migrations")
        Migrate(app, db, directory=folder, compare_type=True, render_as_batch=False)


def upgrade() -> None:
    """Bring the database up to date."""
    from flask_migrate import upgrade as migrate  # noqa: PLC0415 - see above

    migrate()
