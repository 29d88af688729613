"""The counter: one screen to find a person, see what they have, and hand things over."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Actor, requires
from app.core.arguments import id_argument, page_argument, text_argument
from app.core.guard import actor
from app.core.htmx import render, wanted_fragment
from app.core.paging import first_rows, paged
from app.counter.views import bp
from app.people.interface import search_people
from app.points.interface import balance_of, balances_of
from app.rewards import interface as rewards
from app.rewards.interface import SERVE, CancelForm, RedeemForm

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 12  # people found while typing
PEOPLE = "counter-people"


@bp.get("/counter")
@requires(SERVE)
def index() -> Response:
    who, text = actor(), text_argument()
    found = _found(who, text)
    if wanted_fragment() == PEOPLE:
        return render("counter/_people.html", **found)
    chosen = id_argument("person")
    if chosen is None and len(found["people"]) == 1:
        chosen = found["people"][0].id  # a scanner typed the code, or the name is the only one
    if chosen is not None:
        return person_page(who, chosen, text)
    waiting, overdue = rewards.how_many_wait(who)
    return render("counter/index.html", waiting=waiting, overdue=overdue, **found)


@bp.get("/counter/reservations")
@requires(SERVE)
def reservations() -> Response:
    who = actor()
    late = id_argument("overdue") == 1
    waiting, overdue = rewards.how_many_wait(who)
    return render(
        "counter/reservations.html",
        page=paged(rewards.reservations(who, overdue=late), page_argument()),
        late=late,
        waiting=waiting,
        overdue=overdue,
        today=clock.today(),
    )


@bp.get("/counter/handed-over")
@requires(SERVE)
def past_hand_overs() -> Response:
    """To find again what was handed over, and print its slip once more."""
    text = text_argument().strip()
    page = paged(rewards.past_hand_overs(actor(), text), page_argument())
    return render("counter/past_hand_overs.html", page=page, text=text)


def person_page(
    who: Actor, person_id: int, text: str = "", form: Any = None, status: int = 200
) -> Response:
    """One person at the counter, with what was refused just now."""
    person = rewards.person_at_counter(who, person_id)
    return render(
        "counter/person.html",
        status=status,
        person=person,
        balance=balance_of(person.id),
        waiting=rewards.waiting_for(person.id),
        offers=rewards.offered(person.community_id, clock.today()),
        had=rewards.had_this_year(person.id),
        slip=id_argument("slip"),
        form=form or RedeemForm(formdata=None),
        cancelling=CancelForm(formdata=None),
        key=uuid.uuid4().hex,
        today=clock.today(),
        text=text,
        people=[],
        balances={},
    )


def _found(who: Actor, text: str) -> dict[str, Any]:
    """Whose reservation has this code, or who is meant by the text."""
    people: Sequence[Any] = []
    if by_code := rewards.person_by_code(who, text) if text else None:
        people = [rewards.person_at_counter(who, by_code)]
    elif text:
        people = first_rows(search_people(who, SERVE, text), _SHOWN)
    return {
        "people": people,
        "balances": balances_of([row.id for row in people]) if people else {},
        "text": text,
    }
