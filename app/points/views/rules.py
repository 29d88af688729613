"""What acts are worth: read by all, changed by new versions."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, Capability, requires, signed_in
from app.core.arguments import text_argument
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.places.interface import communities, may_change_general
from app.points.forms import EndRuleForm, NewRuleForm, PolicyForm, RuleForm
from app.points.models import AUTOMATIC, CATEGORY_LABELS, EarningRule
from app.points.queries import rules as queries
from app.points.services import rules as services
from app.points.views import bp

MANAGE = Capability.MANAGE_RULES
_TABS = ("now", "soon", "past")


@bp.get("/points/rules")
@signed_in
def rules() -> Response:
    who = actor()
    versions = queries.rule_versions(_communities_seen(who))
    shown = text_argument("show") if text_argument("show") in _TABS else "now"
    order = list(CATEGORY_LABELS)
    chosen = sorted(
        (rule for rule in versions if rule.state == shown),
        key=lambda rule: (order.index(rule.category), rule.id),
    )
    return render(
        "points/rules.html",
        groups=[(c, list(rules)) for c, rules in groupby(chosen, key=lambda rule: rule.category)],
        counts={state: sum(rule.state == state for rule in versions) for state in _TABS},
        shown=shown,
        automatic=AUTOMATIC,
        policies=queries.policies(),
        policy=queries.policy_on(clock.today()),
        may_manage=who.may(MANAGE),
        may_change_general=may_change_general(who),
    )


@bp.get("/points/rules/new")
@requires(MANAGE)
def new_rule() -> Response:
    return _new_page(NewRuleForm(data={"effective_from": clock.today()}), 200)


@bp.post("/points/rules/new")
@requires(MANAGE)
def add_rule() -> Response:
    form = _placed(NewRuleForm())
    if not form.accepts(
        lambda: services.new_rule(
            actor(),
            community_id=form.community.data,
            category=form.category.data,
            basis=form.basis.data,
            terms=_terms(form),
        )
    ):
        return _new_page(form, 422)
    return _saved(_("The rule has been entered."), form.result)


@bp.get("/points/rules/<int:rule_id>/new-version")
@requires(MANAGE)
def new_version(rule_id: int) -> Response:
    rule = queries.rule_to_change(actor(), rule_id)
    form = RuleForm(
        data={
            "community": rule.community_id,
            "name": rule.name,
            "points": rule.points,
            "yearly_cap": rule.yearly_cap,
            "effective_from": clock.today() + timedelta(days=1),
        }
    )
    return _version_page(form, rule, 200)


@bp.post("/points/rules/<int:rule_id>/new-version")
@requires(MANAGE)
def add_version(rule_id: int) -> Response:
    rule = queries.rule_to_change(actor(), rule_id)
    form = _placed(RuleForm(), rule)
    if not form.accepts(
        lambda: services.new_version(
            actor(), rule, community_id=form.community.data, terms=_terms(form)
        )
    ):
        return _version_page(form, queries.rule_to_change(actor(), rule_id), 422)
    return _saved(_("The new version has been entered."), form.result)


@bp.get("/points/rules/<int:rule_id>/end")
@requires(MANAGE)
def ending(rule_id: int) -> Response:
    rule = queries.rule_to_change(actor(), rule_id)
    form = EndRuleForm(
        data={
            "community": rule.community_id,
            "effective_from": clock.today() + timedelta(days=1),
        }
    )
    return _end_page(form, rule, 200)


@bp.post("/points/rules/<int:rule_id>/end")
@requires(MANAGE)
def end_rule(rule_id: int) -> Response:
    rule = queries.rule_to_change(actor(), rule_id)
    form = _placed(EndRuleForm(), rule)
    if not form.accepts(
        lambda: services.end_rule(
            actor(),
            rule,
            community_id=form.community.data,
            effective_from=form.effective_from.data,
            source=form.source.data,
        )
    ):
        return _end_page(form, queries.rule_to_change(actor(), rule_id), 422)
    return _saved(_("From that day on nothing is awarded under this rule."), form.result)


@bp.post("/points/rules/<int:rule_id>/cancel")
@requires(MANAGE)
def cancel_version(rule_id: int) -> Response:
    rule = queries.rule_to_change(actor(), rule_id)
    if rule.community_id is None and not may_change_general(actor()):
        raise NotFoundError
    services.cancel_version(actor(), rule)
    db.session.commit()
    flash(_("The version to come has been cancelled."))
    return see_other(url_for("points.rules", show="soon"))


@bp.get("/points/policy/new")
@requires(MANAGE)
def new_policy() -> Response:
    present = queries.policy_on(clock.today())
    form = PolicyForm(obj=present)
    form.effective_from.data, form.source.data = clock.today() + timedelta(days=1), ""
    return _policy_page(form, 200)


@bp.post("/points/policy/new")
@requires(MANAGE)
def add_policy() -> Response:
    form = PolicyForm()
    if not form.accepts(
        lambda: services.new_policy(
            actor(),
            second_person_from=form.second_person_from.data,
            expires_after_months=form.expires_after_months.data,
            effective_from=form.effective_from.data,
            source=form.source.data,
        )
    ):
        return _policy_page(form, 422)
    db.session.commit()
    flash(_("The new conditions have been entered."))
    return see_other(url_for("points.rules"))


def _saved(said: str, rule: EarningRule) -> Response:
    db.session.commit()
    flash(said)
    show = "soon" if rule.effective_from > clock.today() else "past" if rule.ended else "now"
    return see_other(url_for("points.rules", show=show))


def _terms(form: Any) -> services.Terms:
    return services.Terms(
        name=form.name.data,
        points=form.points.data,
        yearly_cap=form.yearly_cap.data,
        effective_from=form.effective_from.data,
        source=form.source.data,
    )


def _communities_seen(who: Actor) -> list[int]:
    """The communities whose own rules concern the reader."""
    seen = {row.id for c in (Capability.SEE_POINTS, MANAGE) for row in communities(who, c)}
    return sorted(seen | ({who.community_id} if who.community_id else set()))


def _placed(form: Any, rule: EarningRule | None = None) -> Any:
    """Where it may hold: one of the communities in reach or, for some, all of them. A version of
    a community's rule stays in that community."""
    rows = communities(actor(), MANAGE)
    if rule is not None and rule.community_id is not None:
        rows = [row for row in rows if row.id == rule.community_id]
        form.community.choices = offered(rows)
    elif may_change_general(actor()):
        form.community.choices = offered(rows, blank=_("All communities"))
    else:
        form.community.choices = offered(rows)
    return form


def _new_page(form: NewRuleForm, status: int) -> Response:
    return render("points/new_rule.html", status=status, form=_placed(form))


def _version_page(form: RuleForm, rule: EarningRule, status: int) -> Response:
    return render("points/rule_version.html", status=status, form=_placed(form, rule), rule=rule)


def _end_page(form: EndRuleForm, rule: EarningRule, status: int) -> Response:
    return render("points/end_rule.html", status=status, form=_placed(form, rule), rule=rule)


def _policy_page(form: PolicyForm, status: int) -> Response:
    if not may_change_general(actor()):
        raise NotFoundError
    return render("points/policy.html", status=status, form=form)
