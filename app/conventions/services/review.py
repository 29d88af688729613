"""From the street office's review to the vote on the exact text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.accounts import interface as accounts
from app.conventions import policy
from app.conventions.models import ConventionVersion, FilingRule
from app.conventions.queries import deciding, opinions
from app.conventions.services.steps import step
from app.conventions.text import digest, full_text
from app.core import clock
from app.core.dated import in_force
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.meetings import interface as meetings
from app.meetings.models.agenda import ItemKind
from app.meetings.models.meetings import Meeting

if TYPE_CHECKING:
    from app.core.access import Actor


def submit(actor: Actor, version: ConventionVersion) -> None:
    """Send it to the street office. Refused until the comment period is over, every opinion is
    answered, and all opinions that were taken up are in the text."""
    if missing := opinions.missing_for_review(version):
        raise Refused(missing[0])
    version.submitted_at = clock.now()
    step(actor, version, "submit")


def pass_review(actor: Actor, version: ConventionVersion, *, opinion: str, number: str) -> None:
    """The street office finds nothing against law, policy or good custom (art. 31; 2018 guidance).
    Refused without its opinion or the number of its document, or if it is not under review."""
    if not opinion and not number:
        raise Refused(_l("Write the opinion or the document's number."), field="opinion")
    _reviewed(actor, version, opinion, number)
    step(actor, version, "pass_review", text=opinion)
    _tell_staff(version, marked("“%(convention)s” has passed the review"))


def return_for_revision(
    actor: Actor, version: ConventionVersion, *, opinion: str, number: str
) -> None:
    """The street office asks for changes. Refused if it does not say which, or if it is not under
    review."""
    if not opinion:
        raise Refused(_l("Say what has to be changed."), field="opinion")
    _reviewed(actor, version, opinion, number)
    step(actor, version, "return", text=opinion)
    _tell_staff(version, marked("“%(convention)s” has been returned for revision"))


def put_to_vote(actor: Actor, version: ConventionVersion, meeting: Meeting) -> None:
    """Freeze the text and put it on the agenda of a meeting that is being prepared. NotFoundError
    for another community's meeting; Refused for a kind of meeting that can't decide on it, for an
    agenda that is locked, or before the review is passed."""
    if meeting.community_id != version.convention.community_id:
        raise NotFoundError
    if meeting.kind not in policy.DECIDING[version.convention.kind]:
        raise Refused(_l("This kind of meeting can't decide on it."), field="meeting")
    motion = full_text(version.convention.title, version)
    item = meetings.add_item(
        actor,
        meeting,
        kind=ItemKind.VOTE,
        title=version.convention.title[:120],
        planned=30,
        motion=motion,
    )
    version.item_id, version.digest = item.id, digest(motion)
    step(actor, version, "put_to_vote", text=meeting.title)


def withdraw_from_vote(actor: Actor, version: ConventionVersion) -> None:
    """Take it back from a meeting that can't decide on it any more: it was called off, took the
    item off its agenda, or is over and did not vote on the frozen text. Else Refused."""
    if not deciding.undecided(version):
        raise Refused(_l("The meeting may still decide on it, or has done so."))
    version.item_id, version.digest = None, None
    step(actor, version, "withdraw")


def take_result(actor: Actor, version: ConventionVersion) -> None:
    """Adopt or reject the version as the meeting has voted on it. Refused without a closed vote, or
    if the vote was on another text than the frozen one."""
    vote = meetings.valid_vote(version.item_id) if version.item_id else None
    if vote is None or vote.closed_at is None:
        raise Refused(_l("The meeting has not voted on it yet."))
    if vote.motion_digest != version.digest:
        raise Refused(_l("The text the meeting voted on is not the text that was reviewed."))
    if not vote.passed:
        step(actor, version, "reject")
        return
    version.adopted_on = clock.local(vote.closed_at).date()
    rule = in_force(FilingRule, version.adopted_on)
    version.file_by = version.adopted_on + timedelta(days=rule.days) if rule else None
    step(actor, version, "adopt")


def _reviewed(actor: Actor, version: ConventionVersion, opinion: str, number: str) -> None:
    version.review_opinion, version.review_number = opinion, number or None
    version.reviewed_by_id, version.reviewed_at = actor.id, clock.now()


def _tell_staff(version: ConventionVersion, sentence: str) -> None:
    inbox.tell(
        key=f"convention:{version.id}:{version.state.value}:{version.version}",
        text=Phrase(sentence, convention=version.convention.title),
        url=f"/conventions/{version.convention_id}/versions/{version.number}",
        users=[row.id for row in accounts.staff_of(version.convention.community_id)],
    )
