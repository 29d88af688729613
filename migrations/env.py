"""Runs migrations in the application's own database, online only."""

from __future__ import annotations

from alembic import context
from flask import current_app

config = context.config


def run() -> None:
    db = current_app.extensions["migrate"].db
    arguments = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
