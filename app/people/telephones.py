"""A telephone number on a page: masked, with the form to look at it against a reason.

The functions give what `templates/people/_telephone.html` takes; the number itself is only in the
answer to that form.
"""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.core.access import Actor, Capability
from app.core.masking import is_private, masked_contact, masked_phone
from app.people.forms import UnmaskForm
from app.people.models import Person, Unit
from app.places.models import Place


def of_person(
    actor: Actor, person: Person, *, unmasking: UnmaskForm | None = None, phone: str | None = None
) -> dict[str, Any]:
    return of_number(
        masked_phone(person.phone),
        url_for("people.unmask", person_id=person.id),
        may_unmask=actor.may_at(Capability.UNMASK, _home(person).path),
        unmasking=unmasking,
        phone=phone,
    )


def _home(person: Person) -> Place:
    """Where the person is looked after: a grid worker reaches the homes of the grid only."""
    return person.household.building if person.household else person.community


def of_unit(
    actor: Actor,
    unit: Unit,
    community: Place,
    *,
    unmasking: UnmaskForm | None = None,
    phone: str | None = None,
) -> dict[str, Any]:
    """An office's number stands there in full: only a person's own is masked."""
    return of_number(
        masked_contact(unit.contact_phone),
        url_for("people.unmask_contact", unit_id=unit.id),
        may_unmask=is_private(unit.contact_phone)
        and actor.may_around(Capability.UNMASK, community.path),
        unmasking=unmasking,
        phone=phone,
    )


def of_number(
    masked: str,
    ask: str,
    *,
    may_unmask: bool,
    unmasking: UnmaskForm | None = None,
    phone: str | None = None,
) -> dict[str, Any]:
    """Any number, asked for at the address `ask`."""
    return {
        "phone": phone,
        "masked": masked,
        "ask": ask,
        "unmasking": unmasking or UnmaskForm(formdata=None),
        "may_unmask": may_unmask,
    }
