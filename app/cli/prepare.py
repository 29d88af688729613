"""What `manage.py` calls before it serves: bring the database up to date, load the sample."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from app.accounts.interface import setup_code
from app.cli.locking import alone
from app.core import clock, workdays
from app.core.console import Command, say
from app.core.db import db
from app.core.i18n import lazy_gettext as _l
from app.core.migrations import upgrade
from app.core.templates import forget_compiled
from app.core.upkeep import refresh_statistics
from app.core.warming import load_templates
from app.ledger import interface as ledger


@click.command(cls=Command)
@click.option("--demo", is_flag=True, help="load the sample community if there are no accounts yet")
@with_appcontext
def prepare(*, demo: bool) -> None:
    """Migrate, seed what every installation needs, seal the days that are over, and say what is to be done first."""
    with alone():
        upgrade()
        this_year = clock.today().year
        workdays.seed(range(this_year - 1, this_year + 2))
        refresh_statistics()
        db.session.commit()
        if demo:
            current_app.cli.commands["demo"].main(["load", "--if-empty"], standalone_mode=False)
        forget_compiled(current_app)
        load_templates()
        for _day in ledger.seal_day_by_day(clock.today() - timedelta(days=1)):
            db.session.commit()
    if doubt := ledger.doubt_about_clock():
        say(doubt)
        say(
            _l(
                "No day is sealed by this clock. Set it right, then see `flask ledger unseal --help`."
            )
        )
    code = setup_code()
    if code is not None:
        click.echo()
        say(_l("Nobody has an account yet. Open /setup in the browser and enter this code:"))
        click.echo(f"\n    {code}\n")
