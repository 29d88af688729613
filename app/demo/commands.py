"""`flask demo load`: the sample community, small or as large as a city."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app

from app.accounts import interface as accounts
from app.core import clock
from app.core.console import Failed, Group, say
from app.core.db import begin_writing, db
from app.core.i18n import lazy_gettext as _l
from app.demo import loading
from app.demo.scales import SCALES

demo = Group("demo", help="The sample community.")
commands = [demo]


@demo.command()
@click.option("--scale", type=click.Choice(list(SCALES)), default="street", show_default=True)
@click.option("--seed", default=2026, show_default=True, help="the same seed, the same people")
@click.option("--if-empty", is_flag=True, help="do nothing if there are accounts already")
def load(*, scale: str, seed: int, if_empty: bool) -> None:
    """Fill an empty database with a sample: street (3,000 residents) to city (300,000).

    Fails if there are accounts already."""
    begin_writing()
    if loading.is_half_loaded():
        raise Failed(_half_loaded())
    if loading.in_use():
        if if_empty:
            return
        raise Failed(_l("There are accounts already. Load the sample into an empty database."))
    if clock.today() < loading.EARLIEST:
        raise Failed(
            _l(
                "The sample tells of the past months by rules of %(year)s: set this machine's clock "
                "to %(day)s or later.",
                year=loading.RULES_SINCE.year,
                day=loading.EARLIEST,
            )
        )
    say(_l("Loading the sample community (%(scale)s) …", scale=scale))
    loading.load(scale, seed, current_app.config["FILES_FOLDER"], say)
    db.session.commit()
    names = " ".join(accounts.ACCOUNTS)
    password = accounts.PASSWORD
    say(_l("Accounts: %(names)s   password: %(password)s", names=names, password=password))


def _half_loaded() -> Any:
    """What is to be deleted before the sample can be loaded anew."""
    folder = current_app.config["FILES_FOLDER"].parent
    if db.engine.dialect.name == "sqlite":
        return _l(
            "The sample is half-loaded: loading it was interrupted, or is still going on elsewhere. "
            "If nobody is loading it, delete the folder %(folder)s and start again.",
            folder=folder,
        )
    return _l(
        "The sample is half-loaded: loading it was interrupted, or is still going on elsewhere. If "
        "nobody is loading it, drop the database %(database)s, create it anew, delete the folder "
        "%(folder)s and start again.",
        database=db.engine.url.database,
        folder=folder,
    )
