"""How long each kind of notice hangs, as dated rules."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.notices import queries, services
from app.notices.forms import RuleForm
from app.notices.views import bp

RULE = Capability.MANAGE_RULES


@bp.get("/notices/rules")
@requires(RULE, Capability.PUBLISH_NOTICE)
def rules() -> Response:
    return _page(RuleForm(effective_from=clock.today()), 200)


@bp.post("/notices/rules")
@requires(RULE)
def set_rule() -> Response:
    form = RuleForm()
    if not form.accepts(
        lambda: services.set_rule(
            actor(),
            kind=form.kind.data,
            minimum_days=form.minimum_days.data,
            effective_from=form.effective_from.data,
            source=form.source.data,
        )
    ):
        return _page(form, 422)
    db.session.commit()
    flash(_("The rule applies to notices published from that day on."))
    return see_other(url_for("notices.rules"))


def _page(form: RuleForm, status: int) -> Response:
    return render(
        "notices/rules.html",
        status=status,
        form=form,
        rules=queries.all_rules(),
        today=clock.today(),
        may_rule=actor().may(RULE),
    )
