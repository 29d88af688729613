"""`flask ledger …`: what an auditor and a nightly job ask of the ledger."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta

import click

from app.core import clock
from app.core.console import Failed, Group, say
from app.core.db import db, reading
from app.core.i18n import in_both
from app.core.i18n import lazy_gettext as _l
from app.ledger import queries
from app.ledger.services.doubting import doubt_about_clock, take_off_early_seals
from app.ledger.services.expiring import expire as expire_points
from app.ledger.services.sealing import seal_day_by_day
from app.ledger.services.verifying import verify as findings_of

ledger = Group("ledger", help="Verify, seal and expire the points ledger.")
commands = [ledger]

_DAY = click.DateTime(["%Y-%m-%d"])
_AT_ONCE = 500  # wallets expired between two commits


@ledger.command()
@click.option(
    "--printed",
    type=(_DAY, str),
    multiple=True,
    metavar="DAY DIGEST",
    help="A seal as the bulletin printed it.",
)
def verify(printed: tuple[tuple[datetime, str], ...]) -> None:
    """Derive balances, lots and seals once more. Exit code 1 if anything differs."""
    with reading(at_one_moment=True):
        found = False
        for finding in findings_of({day.date(): digest for day, digest in printed}):
            found = True
            say(finding)
        if found:
            sys.exit(1)
        counts = queries.counts()
    say(
        _l(
            "The ledger is clean: %(accounts)s accounts, %(transactions)s transactions, "
            "%(postings)s postings, %(seals)s days sealed.",
            **counts._asdict(),
        )
    )


@ledger.command()
@click.option("--up-to", type=_DAY, help="The last day to be sealed; yesterday if not given.")
@click.option("--sure", is_flag=True, help="The clock is right: seal also after a long pause.")
def seal(up_to: datetime | None, *, sure: bool) -> None:
    """Seal every day that is over and has no seal yet."""
    yesterday = clock.today() - timedelta(days=1)
    last = up_to.date() if up_to else yesterday
    if last > yesterday:
        raise click.BadParameter(in_both(_l("A day can be sealed only when it is over.")))
    doubt = doubt_about_clock()
    if doubt and not sure:
        raise Failed(doubt)
    say(_l("%(days)s days sealed.", days=_seal(last, sure=sure)))


@ledger.command()
@click.option("--reason", required=True, help="What had happened to the clock.")
def unseal(reason: str) -> None:
    """Take off the seals that a clock made which was ahead; they are kept with the reason."""
    taken_off = take_off_early_seals(reason=reason[:200])
    db.session.commit()
    say(_l("%(seals)s seals were taken off.", seals=taken_off))


@ledger.command()
@click.option("--on", type=_DAY, help="Today if not given.")
def expire(on: datetime | None) -> None:
    """Move points that are past their date out of the wallets."""
    day = on.date() if on else clock.today()
    if day > clock.today():
        raise click.BadParameter(in_both(_l("Points can't expire ahead of time.")))
    _seal(clock.today() - timedelta(days=1))  # before this posts anything on a new day
    total = 0
    while points := expire_points(None, on=day, wallets=_AT_ONCE):
        db.session.commit()
        total += points
    db.session.commit()
    say(_l("%(points)s points expired.", points=total))


def _seal(last: date, *, sure: bool = False) -> int:
    """Seal through that day; how many days that were."""
    days = 0
    for _day in seal_day_by_day(last, sure=sure):
        db.session.commit()
        days += 1
    return days
