"""From adoption to being in force: filed, published, and one day repealed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.conventions import policy
from app.conventions.models import Convention, ConventionVersion
from app.conventions.queries import deciding, texts
from app.conventions.services.steps import step
from app.conventions.states import VersionState
from app.conventions.text import full_text
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.formats import day
from app.core.i18n import gettext
from app.core.i18n import lazy_gettext as _l
from app.meetings import interface as meetings
from app.notices import interface as notices
from app.notices.models import NoticeKind

if TYPE_CHECKING:
    from app.core.access import Actor


def file(actor: Actor, version: ConventionVersion, *, number: str, on: date) -> None:
    """Note that it was filed with the district government or the street office (2025 law, art. 31).
    Refused before it is adopted, and for a day ahead or before the adoption."""
    if on > clock.today():
        raise Refused(_l("This day has not come yet."), field="on")
    if version.adopted_on and on < version.adopted_on:
        raise Refused(_l("It can't have been filed before it was adopted."), field="on")
    version.filing_number, version.filed_on = number, on
    step(actor, version, "file", text=number)


def publish(actor: Actor, version: ConventionVersion, *, in_force_from: date, contact: str) -> None:
    """Hang it on the board, to be in force from a day on; from then on it takes the place of the
    version before. Refused before it is filed, and for a day in the past or not after the day from
    which the version before is in force."""
    if in_force_from < clock.today():
        raise Refused(_l("It can't be in force before it is published."), field="in_force_from")
    convention = version.convention
    before = db.session.scalar(
        select(ConventionVersion).where(
            ConventionVersion.convention_id == convention.id,
            ConventionVersion.state == VersionState.IN_FORCE,
        )
    )
    if before is not None:
        if before.in_force_from and in_force_from <= before.in_force_from:
            raise Refused(
                _l("It can't be in force before the version it replaces."), field="in_force_from"
            )
        before.ended_on = in_force_from
        step(actor, before, "supersede")
    version.in_force_from = in_force_from
    _hang(actor, version, contact)  # first: nothing is in force that was not made public
    step(actor, version, "publish")


def hang_again(actor: Actor, version: ConventionVersion, *, contact: str, reason: str) -> None:
    """Hang a new notice of what is in force and take down the one with a mistake. Refused if it is
    no longer in force."""
    if version.state is not VersionState.IN_FORCE:
        raise Refused(_l("It is not in force any more."))
    hanging = texts.notice_of(version.id)
    if hanging is not None:
        notices.take_down(actor, hanging, reason=reason)
    _hang(actor, version, contact)


def repeal(actor: Actor, convention: Convention, *, item_id: int, reason: str) -> None:
    """End what is in force without a successor. `item_id` is the agenda item by which a meeting
    decided that (2025 law, art. 30). Refused without a reason, without such a decision, or if
    nothing is in force."""
    if not reason.strip():
        raise Refused(_l("Give the reason."), field="reason")
    if item_id not in {row.id for row in deciding.decisions_to_repeal(convention)}:
        raise Refused(_l("No meeting that may decide on it has decided this."), field="decision")
    version = db.session.scalar(
        select(ConventionVersion).where(
            ConventionVersion.convention_id == convention.id,
            ConventionVersion.state == VersionState.IN_FORCE,
        )
    )
    if version is None or not policy.in_effect(version, clock.today()):
        raise Refused(_l("Nothing of it is in force."))
    version.ended_on, version.ended_reason = clock.today(), reason.strip()
    version.ended_item_id = item_id
    step(actor, version, "repeal", text=reason)


def _hang(actor: Actor, version: ConventionVersion, contact: str) -> None:
    convention = version.convention
    notices.publish(
        actor,
        community_id=convention.community_id,
        kind=NoticeKind.CONVENTION,
        title=convention.title,
        body=f"{full_text(convention.title, version)}\n\n{_how_it_came_to_hold(version)}",
        contact=contact,
        subject_kind=texts.SUBJECT,
        subject_id=version.id,
    )


def _how_it_came_to_hold(version: ConventionVersion) -> str:
    """By whom it was decided, where it was filed, and from when on it holds: a line each."""
    item, lines = deciding.item_of(version), []
    vote = meetings.valid_vote(item.id) if item else None
    if item and vote and version.adopted_on:
        lines.append(meetings.decided(item.meeting, vote, version.adopted_on))
    lines += [
        gettext(
            "Filed on %(day)s under no. %(number)s.",
            day=day(version.filed_on),
            number=version.filing_number,
        ),
        gettext("In force from %(day)s.", day=day(version.in_force_from)),
    ]
    return "\n".join(lines)
