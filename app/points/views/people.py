"""One person's points, for staff, and what the page about the person says of them."""

from __future__ import annotations

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import page_argument
from app.core.guard import actor
from app.core.htmx import render
from app.core.slots import fills
from app.people.interface import person_in_reach
from app.points.queries import accounts, wallets
from app.points.views import bp

SEE = Capability.SEE_POINTS


@bp.get("/points/people/<int:person_id>")
@requires(SEE)
def account(person_id: int) -> Response:
    who = actor()
    person = person_in_reach(who, SEE, person_id)
    return render(
        "points/account.html",
        person=person,
        account=accounts.account_page(person_id, page_argument(), per_page=30),
        may_request=who.may(Capability.AWARD_POINTS),
        may_see_person=who.may(Capability.SEE_PEOPLE),
    )


@fills("people.person")
def _on_the_persons_page(person: Any, **_context: Any) -> str:
    if not actor().may_at(SEE, person.community.path):
        return ""
    return render_template(
        "points/_person.html", person=person, balance=wallets.balance_of(person.id)
    )
