"""The funds register: what was handed over, what it cost and who paid (经费台账)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.core import clock, downloads
from app.core.access import requires
from app.core.arguments import id_argument, page_argument
from app.core.guard import actor
from app.core.htmx import render
from app.core.i18n import gettext as _
from app.core.labels import label
from app.core.paging import first_rows, paged
from app.places.interface import communities, reached_community
from app.rewards.queries import funds as queries
from app.rewards.views import bp
from app.rewards.views.catalogue import SEE

_FIRST_YEAR = 2020
_MOST = 20_000  # rows of a file or a printed register


@bp.get("/rewards/funds")
@requires(SEE)
def funds() -> Response:
    period = _period()
    return render(
        "rewards/funds.html",
        page=paged(queries.handed_over(actor(), SEE, **period), page_argument()),
        communities=communities(actor(), SEE),
        **_summary(period),
    )


@bp.get("/rewards/funds/print")
@requires(SEE)
def print_funds() -> Response:
    period = _period()
    rows = first_rows(queries.handed_over(actor(), SEE, **period), _MOST)
    return render("print/redemptions.html", rows=rows, **_summary(period))


@bp.get("/rewards/funds.csv")
@requires(SEE)
def funds_file() -> Response:
    period = _period()
    rows = first_rows(queries.handed_over(actor(), SEE, **period), _MOST)
    head = [
        _("Date"), _("Reservation code"), _("Full name"), _("Reward item"), _("Kind"), _("Points"),
        _("Cost in yuan"), _("Paid or given by"), _("Handed over by"),
    ]  # fmt: skip
    content = downloads.comma_separated(
        head,
        (
            (
                row.handed_over_on, row.code, row.person, row.item, label(row.kind), row.points,
                "" if row.unit_cost is None else row.unit_cost / 100, row.funded_by,
                row.handed_over_by,
            )
            for row in rows
        ),
    )  # fmt: skip
    name = _("Funds register") + f" {period['first']} {period['last']}.csv"
    return downloads.send(content, name, downloads.CSV)


def _period() -> dict[str, Any]:
    """The community, and the first and last day: a year, or one month of it."""
    community = reached_community(actor(), SEE, id_argument("community"))
    this_year = clock.today().year
    year = request.args.get("year", this_year, type=int)
    year = year if _FIRST_YEAR <= year <= this_year else this_year
    month = request.args.get("month", 0, type=int)
    if not 1 <= month <= 12:  # noqa: PLR2004 - of a year
        return {
            "community_id": community.id,
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
        }
    following = date(year + month // 12, month % 12 + 1, 1)
    return {
        "community_id": community.id,
        "first": date(year, month, 1),
        "last": date.fromordinal(following.toordinal() - 1),
    }


def _summary(period: dict[str, Any]) -> dict[str, Any]:
    community = reached_community(actor(), SEE, period["community_id"])
    first, last = period["first"], period["last"]
    totals = queries.totals_by_month(actor(), SEE, **period)
    return {
        "community": community,
        "year": first.year,
        "month": first.month if first.month == last.month else None,
        "years": range(clock.today().year, _FIRST_YEAR - 1, -1),
        "first": first,
        "last": last,
        "totals": totals,
        "items": sum(row.items for row in totals),
        "points": sum(row.points for row in totals),
        "cost": sum(row.cost for row in totals),
    }
