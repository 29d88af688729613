"""What another version of Linli made stays as it is: this one knows only its own migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app

from app.core.console import Failed
from app.core.db import db
from app.core.i18n import lazy_gettext as _l
from app.core.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable


def unknown(revisions: Iterable[str]) -> list[str]:
    """Those of the revisions that no migration of this version leads to."""
    # Loading alembic takes a quarter of a second, which only what migrates has to wait for.
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    migrations = ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    return sorted(set(revisions) - {migration.revision for migration in migrations})


def refuse_unknown(revisions: Iterable[str]) -> None:
    """Raise `Failed` if the database is at a revision that this version does not know."""
    strange = unknown(revisions)
    if strange:
        raise Failed(_made_by_another_version(", ".join(strange)))


def _made_by_another_version(revision: str) -> Any:
    folder, database = current_app.instance_path, db.engine.url.database
    if db.engine.dialect.name == "sqlite":
        return _l(
            "The database %(database)s was made by another version of Linli: this one does not know "
            "its revision %(revision)s. Nothing in it was changed. If it holds only the sample, "
            "delete the folder %(folder)s and start again. If it is in use, go on with the version "
            "that made it.",
            database=database,
            revision=revision,
            folder=folder,
        )
    return _l(
        "The database %(database)s was made by another version of Linli: this one does not know its "
        "revision %(revision)s. Nothing in it was changed. If it holds only the sample, drop it, "
        "create it anew, delete the folder %(folder)s and start again. If it is in use, go on with "
        "the version that made it.",
        database=database,
        revision=revision,
        folder=folder,
    )
