"""Asking for points: people are chosen one after the other or pasted as a list of names, then
the form is filled in once for all of them.

Choosing sends the whole form to `choose`, which writes nothing and gives it back: so it works
without JavaScript, and with it only the part with the people is replaced.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, text_argument
from app.core.db import db
from app.core.formats import day
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.places.interface import communities, reached_community
from app.places.models import Place
from app.points.forms import AwardForm
from app.points.models import BASIS_LABELS, AwardStatus
from app.points.queries import choosing
from app.points.queries import rules as rules_queries
from app.points.services import requesting as services
from app.points.views import bp

AWARD = Capability.AWARD_POINTS
_SHOWN = 8  # people found while typing


@bp.get("/points/awards/new")
@requires(AWARD)
def new_award() -> Response:
    community = _community()
    form = _filled(AwardForm(formdata=None), community)
    form.request_key.data, form.happened_on.data = uuid.uuid4().hex, clock.today()
    form.times.data = 1
    return _page(form, community, people=_given(id_argument("person")), status=200)


@bp.get("/points/awards/people")
@requires(AWARD)
def find_people() -> Response:
    """Search as you type; the same part of the page as `choose` shows."""
    community = _community()
    return render(
        "points/_found.html",
        found=choosing.people_found(actor(), text_argument("find"), community.id, _SHOWN),
        community=community,
    )


@bp.post("/points/awards/choose")
@requires(AWARD)
def choose() -> Response:
    """The form again, with a person added or removed. Nothing is written."""
    community = _community()
    form = _filled(AwardForm(), community)
    chosen = _chosen()
    named = choosing.people_named(actor(), request.form.get("names", ""), community.id, chosen)
    chosen += [person for person in named.ids if person not in chosen]
    # The person found has been added: the next one is looked for.
    find = "" if "add" in request.form else request.form.get("find", "")
    found = choosing.people_found(actor(), find, community.id, _SHOWN)
    unclear = [*named.unknown, *named.ambiguous, *named.left]
    return _page(
        form, community, people=chosen, find=find, found=found, named=named,
        names="\n".join(unclear),
    )  # fmt: skip


@bp.post("/points/awards/new")
@requires(AWARD)
def request_award() -> Response:
    community = _community()
    form = _filled(AwardForm(), community)
    chosen = _chosen()
    if not form.accepts(lambda: _request(form, [row.id for row in _reached(chosen)])):
        return _page(form, community, people=chosen, status=422)
    db.session.commit()
    _say(form.result)
    return see_other(url_for("points.index"))


def _request(form: AwardForm, people: list[int]) -> Any:
    """Hours and minutes are one duration; a rule that does not count hours counts times."""
    hours, minutes = form.times.data, form.minutes.data or 0
    return services.request_awards(
        actor(),
        person_ids=people,
        code=form.code.data,
        happened_on=form.happened_on.data,
        memo=form.memo.data,
        request_key=form.request_key.data,
        times=hours,
        minutes=hours * 60 + minutes if minutes else None,
    )


def _say(awards: Sequence[Any]) -> None:
    credited = sum(award.status is AwardStatus.POSTED for award in awards)
    if credited:
        flash(
            ngettext(
                "%(num)s person has been credited.", "%(num)s people have been credited.", credited
            )
        )
    if credited < len(awards):
        waiting = len(awards) - credited
        flash(
            ngettext(
                "%(num)s award waits for a second person.",
                "%(num)s awards wait for a second person.",
                waiting,
            ),
            "warning",
        )


def _community() -> Place:
    return reached_community(actor(), AWARD, id_argument("community"))


def _given(person_id: int | None) -> list[int]:
    return [] if person_id is None else [person_id]


def _chosen() -> list[int]:
    """The people in the form, after the pressed button added or removed one."""
    ids = dict.fromkeys(request.form.getlist("people", type=int))
    added, removed = (request.form.get(name, type=int) for name in ("add", "remove"))
    if added is not None:
        ids[added] = None
    return [person for person in ids if person != removed]


def _reached(ids: list[int]) -> Sequence[Any]:
    return choosing.people_by_id(actor(), ids)


def _filled(form: AwardForm, community: Place) -> AwardForm:
    rules = rules_queries.requestable(community.id, clock.today())
    form.code.choices = [(rule.code, _named(rule)) for rule in rules]
    return form


def _named(rule: rules_queries.Requestable) -> str:
    basis = BASIS_LABELS[rule.basis]
    name = _(
        "%(name)s (%(points)s points %(basis)s)", name=rule.name, points=rule.points, basis=basis
    )
    if rule.until is None:
        return name
    return _("%(name)s, for acts up to %(day)s", name=name, day=day(rule.until))


def _page(
    form: AwardForm,
    community: Place,
    *,
    people: list[int],
    find: str = "",
    found: Sequence[Any] = (),
    named: Any = None,
    names: str = "",
    status: int = 200,
) -> Response:
    return render(
        "points/new_award.html",
        swap={"award-people": "points/_award_people.html"},
        status=status,
        form=form,
        community=community,
        communities=communities(actor(), AWARD),
        people=_reached(people),
        found=found,
        named=named,
        names=names,
        find=find,
        policy=rules_queries.policy_on(clock.today()),
    )
