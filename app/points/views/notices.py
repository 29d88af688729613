"""The points of a month on the board, with masked names."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock, formats
from app.core.access import Capability, requires
from app.core.arguments import id_argument, month_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.notices.interface import last_contact
from app.places.interface import communities, reached_community
from app.places.models import Place
from app.points import policy
from app.points.forms import NoticeForm
from app.points.queries import awards as queries
from app.points.services import notices as services
from app.points.views import bp

PUBLISH = Capability.PUBLISH_NOTICE
_MONTHS = 12  # offered to choose from


@bp.get("/points/notice")
@requires(PUBLISH)
def new_notice() -> Response:
    community, month = _subject()
    form = NoticeForm(
        data={
            "title": _("Points credited in %(month)s, %(community)s",
                       month=formats.month(month), community=community.name),
            "body": services.month_as_text(community.id, month),
            "contact": last_contact(community.id),
        }
    )  # fmt: skip
    return _page(form, community, month, 200)


@bp.post("/points/notice")
@requires(PUBLISH)
def publish_notice() -> Response:
    community, month = _subject()
    form = NoticeForm()
    if not form.accepts(
        lambda: services.publish_month(
            actor(),
            community_id=community.id,
            month=month,
            title=form.title.data,
            body=form.body.data,
            days=form.days.data,
            contact=form.contact.data,
        )
    ):
        return _page(form, community, month, 422)
    db.session.commit()
    flash(_("The list is on the board."))
    return see_other(f"/notices/{form.result.id}")


def _subject() -> tuple[Place, date]:
    """The month that is over, unless another is asked for."""
    community = reached_community(actor(), PUBLISH, id_argument("community"))
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    return community, month_argument("month", last_month)


def _page(form: NoticeForm, community: Place, month: date, status: int) -> Response:
    return render(
        "points/notice.html",
        status=status,
        form=form,
        community=community,
        communities=communities(actor(), PUBLISH),
        month=month,
        months=_latest_months(),
        over=(month + timedelta(days=32)).replace(day=1) <= clock.today(),
        credited=len(queries.credited_in(community.id, *policy.month_of(month))),
        here=url_for("points.new_notice"),
    )


def _latest_months() -> list[date]:
    month = clock.today().replace(day=1)
    found = [month]
    for _earlier in range(_MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found
