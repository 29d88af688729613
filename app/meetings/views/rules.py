"""The thresholds and periods of each kind of meeting."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.meetings.forms import RuleForm
from app.meetings.models.rules import Majority
from app.meetings.queries import readiness as queries
from app.meetings.services import rules as services
from app.meetings.views import bp

C = Capability


@bp.get("/meetings/rules")
@requires(C.SEE_MEETINGS, C.MANAGE_RULES)
def rules() -> Response:
    return render(
        "meetings/rules.html",
        rules=queries.rules(),
        today=clock.today(),
        may_set=actor().may(C.MANAGE_RULES),
    )


@bp.get("/meetings/rules/new")
@requires(C.MANAGE_RULES)
def new_rule() -> Response:
    form = RuleForm(
        data={
            "quorum": "1/2",
            "quorum_strict": True,
            "passing": "1/2",
            "passing_strict": True,
            "majority": Majority.OF_CAST,
            "notice_days": 3,
        }
    )
    return render("meetings/new_rule.html", form=form)


@bp.post("/meetings/rules/new")
@requires(C.MANAGE_RULES)
def set_rule() -> Response:
    form = RuleForm()
    if not form.accepts(
        lambda: services.set_rule(
            actor(),
            kind=form.kind.data,
            effective_from=form.effective_from.data,
            notice_days=form.notice_days.data,
            short_notice=form.short_notice.data,
            quorum=(*form.quorum.fraction, form.quorum_strict.data),
            majority=(form.majority.data, *form.passing.fraction, form.passing_strict.data),
            source=form.source.data,
            every_months=form.every_months.data,
        )
    ):
        return render("meetings/new_rule.html", status=422, form=form)
    db.session.commit()
    flash(_("The new rule has been entered."))
    return see_other(url_for("meetings.rules"))
