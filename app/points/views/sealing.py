"""The days before are sealed by the first change on a new day: no job has to run."""

from __future__ import annotations

from datetime import date, timedelta

from flask import current_app, request

from app.core import clock
from app.core.db import db
from app.ledger import interface as ledger
from app.points.views import bp

_SEALED = "ledger_sealed_on"  # the day on which this process last saw the days before sealed


@bp.before_app_request
def seal_days_before() -> None:
    """Seal, before anything can be posted today, the days that are over."""
    today: date = clock.today()
    if request.method != "POST" or current_app.extensions.get(_SEALED) == today:
        return
    if ledger.doubt_about_clock():
        return  # asked again with the next change
    for _day in ledger.seal_day_by_day(today - timedelta(days=1)):
        db.session.commit()
    current_app.extensions[_SEALED] = today
