"""Whether a notice hangs, has run, and who may object."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.core.access import Actor, Capability
from app.notices.models import NoticeKind

if TYPE_CHECKING:
    from app.accounts.models import User
    from app.notices.models import Notice, Objection


def is_running(notice: Notice, on: date) -> bool:
    """Whether it hangs on that day: from the day it was published up to and including its last."""
    return notice.withdrawn_at is None and notice.published_on <= on <= notice.ends_on


def has_run(notice: Notice, on: date) -> bool:
    """Whether its whole period is over. A notice that was withdrawn never has run."""
    return notice.withdrawn_at is None and on > notice.ends_on


def stays_public(notice: Notice) -> bool:
    """Whether it can't be taken down with nothing in its place: a convention holds because it was
    made public."""
    return notice.kind is NoticeKind.CONVENTION and notice.subject_id is not None


def reads_text(actor: Actor | None, notice: Notice, path: str) -> bool:
    """Whether the actor reads what a notice says. What was withdrawn, perhaps because it gave
    a person away, is for those who manage and oversee notices; its title, its days and why it was
    withdrawn stay public."""
    if notice.withdrawn_at is None:
        return True
    return bool(
        actor
        and (
            actor.may_at(Capability.PUBLISH_NOTICE, path)
            or actor.may_at(Capability.READ_AUDIT, path)
        )
    )


def days_left(notice: Notice, on: date) -> int:
    """Days after today on which it still hangs; 0 on its last day, negative afterwards."""
    return (notice.ends_on - on).days


def may_object(actor: Actor | None, notice: Notice, path: str, on: date) -> bool:
    """Whether the actor can object for themselves now, as a resident or an overseer there."""
    return bool(actor and is_running(notice, on) and actor.may_at(Capability.OBJECT, path))


def is_own(actor: Actor, objection: Objection) -> bool:
    """Whether the actor objected, so that another person has to answer."""
    return objection.person_id is not None and objection.person_id == actor.person_id


def is_by(objection: Objection, user: User) -> bool:
    """Whether a user, who is not entered as a resident, objected for themselves."""
    return objection.person_id is None and objection.name == user.name


def reads_objections(actor: Actor | None, path: str) -> bool:
    """Whether the actor reads the words of objections: those who answer them, and those who oversee
    the community, who don't see whose they are. An objection may speak of other people, so it
    isn't put on the board."""
    return bool(
        actor
        and (
            actor.may_at(Capability.ANSWER_OBJECTION, path)
            or actor.may_at(Capability.READ_AUDIT, path)
        )
    )
