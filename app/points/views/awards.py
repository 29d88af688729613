"""The list of awards, and the page of one."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from app.core import clock, downloads
from app.core.access import Actor, Capability, requires
from app.core.arguments import (
    date_argument,
    id_argument,
    member_argument,
    page_argument,
    text_argument,
)
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render
from app.core.i18n import gettext as _
from app.core.labels import label
from app.core.paging import paged
from app.places.interface import communities
from app.points.forms import ReasonForm
from app.points.models import AWARD_STATUS_LABELS, Award, AwardStatus
from app.points.queries import awards as queries
from app.points.services import deciding as services
from app.points.views import bp

SEE = Capability.SEE_POINTS
_MOST = 50_000  # rows of a file


def awards_page(who: Actor) -> Response:
    """What /points is for those who see other people's points."""
    wanted = _wanted()
    return render(
        "points/index.html",
        swap={"awards": "points/_awards.html"},
        page=paged(queries.awards(who, wanted), page_argument()),
        wanted=wanted,
        statuses=AWARD_STATUS_LABELS,
        codes=queries.codes_used(who),
        communities=communities(who, SEE),
        waiting=queries.how_many_pending(who),
        may_request=who.may(Capability.AWARD_POINTS),
        query=request.args,
    )


@bp.get("/points/awards.csv")
@requires(SEE)
def awards_file() -> Response:
    rows = db.session.execute(queries.awards(actor(), _wanted()).limit(_MOST))
    head = [
        _("Number"), _("Day of the act"), _("Full name"), _("Community"), _("Rule"), _("Points"),
        _("What was done"), _("State"), _("Asked for by"),
    ]  # fmt: skip
    content = downloads.comma_separated(
        head,
        (
            (
                row.id, row.happened_on, row.person, row.community, row.rule, row.points,
                row.memo, label(row.status), row.asked_by,
            )
            for row in rows
        ),
    )  # fmt: skip
    return downloads.send(content, _("Points awarded") + f" {clock.today()}.csv", downloads.CSV)


@bp.get("/points/awards/<int:award_id>")
@requires(SEE)
def award(award_id: int) -> Response:
    return award_page(queries.award_in_reach(actor(), SEE, award_id))


def award_page(found: Award, form: ReasonForm | None = None, status: int = 200) -> Response:
    """The page of an award, with what was refused about a decision on it."""
    who = actor()
    decides = who.may(Capability.APPROVE_POINTS)
    own = found.requested_by_id == who.id
    pending = found.status is AwardStatus.PENDING
    for_own = decides and pending and not own and services.is_for_own(who, found)
    return render(
        "points/award.html",
        status=status,
        award=queries.award_page(found.id),
        form=form or ReasonForm(formdata=None),
        may_decide=decides and pending and not own and not for_own,
        for_own=for_own,
        may_withdraw=own and pending,
        may_reverse=decides and found.status is AwardStatus.POSTED,
        back=url_for("points.index"),
    )


def _wanted() -> queries.Wanted:
    return queries.Wanted(
        status=member_argument("status", AwardStatus),
        code=text_argument("rule"),
        text=text_argument(),
        community_id=id_argument("community"),
        first=date_argument("from"),
        last=date_argument("to"),
    )
