"""Runs migrations in the application's own database, online only: all of them or none."""

from __future__ import annotations

from alembic import context
from flask import current_app

from app.cli.revisions import refuse_unknown


def run() -> None:
    db = current_app.extensions["migrate"].db
    arguments = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        # Alembic takes SQLite for a database that can't take tables back. With a BEGIN of our own
        # it can, so that an interrupted start leaves nothing half-made there, either.
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            **arguments,
        )
        with context.begin_transaction():
            refuse_unknown(context.get_context().get_current_heads())
            context.run_migrations()


run()
