"""What a button on a task's page is, and what those need that do more than call their service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from app.core.access import Actor, Capability
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.formats import short_day
from app.core.forms import offered
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.masking import masked_phone
from app.people.models import Person
from app.tasks.forms import StepForm
from app.tasks.models.evaluations import Channel, Evaluation
from app.tasks.models.tasks import Task
from app.tasks.queries import concerned
from app.tasks.services import checking, working
from app.tasks.views.photos import kept_photos

C = Capability


def _nothing(_task: Task, _form: Any) -> None:
    pass


def _always(_task: Task, _form: Any) -> bool:
    return True


class Unfolds(StrEnum):
    """When a button that asks for something shows what it asks for; all do once it was refused."""

    WHEN_PRESSED = auto()
    AT_FIRST = auto()  # unless another one was refused
    ALWAYS = auto()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A button that leads to a page of its own."""

    endpoint: str
    label: Any
    kind: str = "outline-primary"
    icon: str | None = None
    handling: bool = False  # what the handler does; staff may enter it for them


@dataclass(frozen=True, kw_only=True)
class Button(Link):
    """A button that does something: calls `service` with what `form` asks for, and says `done`.

    `address` is the last part of the task's address. `again` is the name of a second button of the
    form that only makes the page again. `help` stands with the form's only field.
    """

    address: str
    capability: Capability
    service: Callable[..., Any]
    done: Any
    form: type[StepForm] = StepForm
    help: Any = None
    submit: Any = None  # what its form's button is called, if not as the one it unfolds from
    unfolds: Unfolds = Unfolds.WHEN_PRESSED
    again: str = ""
    intro: str | None = None  # the templates of what stands before the form,
    body: str | None = None  # and of its fields, where they are not just one after another
    offer: Callable[[Task, Any], None] = _nothing  # fills in what its form can choose from
    fits: Callable[[Task, Any], bool] = _always  # whether it makes sense; adds help to its form

    @property
    def reach(self) -> Capability | None:
        """What the actor has to reach the task with. Who handles or evaluates one sees it, even
        where they have no role."""
        return None if self.capability in {C.HANDLE_TASK, C.EVALUATE} else self.capability

    @property
    def folded(self) -> bool:
        """Whether it asks for anything; the others need nothing but to be pressed."""
        return self.form is not StepForm

    @property
    def fold(self) -> str:
        """The id of what it unfolds, to which the address leads when it is loaded again."""
        return self.address.rpartition("/")[2]


def with_photos(service: Callable[..., None]) -> Callable[..., None]:
    def call(actor: Actor, task: Task, *, photos: Any, **said: Any) -> None:
        service(actor, task, photos=kept_photos(photos), **said)

    return call


def evaluate(actor: Actor, task: Task, **said: Any) -> Evaluation:
    person = db.session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise NotFoundError
    return checking.evaluate(actor, task, person=person, channel=Channel.SELF, **said)


def follow_up(actor: Actor, task: Task, *, person_id: int, **said: Any) -> Evaluation:
    return checking.evaluate(actor, task, person=db.session.get_one(Person, person_id), **said)


def offer_people(task: Task, form: Any) -> None:
    form.person_id.choices = offered(
        (
            (row.id, " ".join(part for part in (row.name, masked_phone(row.phone)) if part))
            for row in concerned.people_to_ask(task)
        ),
        blank="",
    )


def until_when(task: Task, form: Any) -> bool:
    form.reason.description = _(
        "Possible until %(day)s. Say why it isn't yours to do.", day=short_day(task.return_by)
    )
    return True


def how_long(task: Task, form: Any) -> bool:
    longest = working.longest_extension(task)
    form.days.description = ngettext(
        "Once only, at most %(num)s working day.",
        "Once only, at most %(num)s working days.",
        longest,
    )
    form.days.flags.max = longest
    return longest > 0
