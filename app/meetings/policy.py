"""What may be done with a meeting, an item or a vote now. Predicates on state, no queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.core.access import Actor, Capability
from app.meetings.models.agenda import AgendaItem, ItemKind, Outcome
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition, MeetingKind, MeetingRule
from app.meetings.models.votes import Vote
from app.meetings.rows import AnyItem, AnyMeeting, AnyVote
from app.meetings.states import ItemState, MeetingState, VoteState
from app.platforms.models import PlatformKind
from app.topics.interface import TopicState

EARLY = timedelta(minutes=60)  # people come before a meeting begins
LATE = timedelta(hours=12)
SPEAKING_SECONDS = 120
SPEAKING_TURNS = 2  # per person and item

S = MeetingState
ENDED = frozenset({S.CLOSED, S.CONFIRMED})
RUNNING = frozenset({S.CONVENED, S.OPEN})

# What a kind of meeting usually is held on.
KIND_OF_PLATFORM: dict[PlatformKind, MeetingKind] = {
    PlatformKind.TRIPARTITE: MeetingKind.COUNCIL,
    PlatformKind.MULTIPARTY: MeetingKind.CO_CONSULTATION,
    PlatformKind.COUNCIL: MeetingKind.COUNCIL,
    PlatformKind.HEARING: MeetingKind.HEARING,
    PlatformKind.TALK: MeetingKind.TALK,
    PlatformKind.COURTYARD: MeetingKind.COURTYARD,
}

_INVITED = (Composition.INVITED,)
# Whom a kind of meeting can be made of; the first is preselected.
COMPOSITIONS: dict[MeetingKind, tuple[Composition, ...]] = {
    **dict.fromkeys(MeetingKind, _INVITED),
    MeetingKind.RESIDENTS_ASSEMBLY: (Composition.ADULTS, Composition.HOUSEHOLDS),
    MeetingKind.REPS_ASSEMBLY: (Composition.REPS_AND_COMMITTEE,),
}
# Their thresholds are the law's: no office may set others.
BY_LAW = frozenset({MeetingKind.RESIDENTS_ASSEMBLY, MeetingKind.REPS_ASSEMBLY})
# The bodies that may take up what was referred to an assembly: no lower one does so again.
_TAKEN_UP_BY = {
    TopicState.TO_REPS_ASSEMBLY: BY_LAW,
    TopicState.TO_RESIDENTS_ASSEMBLY: frozenset({MeetingKind.RESIDENTS_ASSEMBLY}),
}
ASSEMBLY_FOR = {
    TopicState.TO_REPS_ASSEMBLY: MeetingKind.REPS_ASSEMBLY,
    TopicState.TO_RESIDENTS_ASSEMBLY: MeetingKind.RESIDENTS_ASSEMBLY,
}
EVERYBODY = frozenset({Composition.ADULTS, Composition.HOUSEHOLDS})


def may_prepare(meeting: Meeting) -> bool:
    return meeting.state is S.DRAFT


def may_add_items(meeting: Meeting) -> bool:
    return meeting.state in {S.DRAFT, *RUNNING}


def may_take_up(meeting: Meeting, referred_to: TopicState | None) -> bool:
    """Whether a topic that was once referred to this assembly, or to none, may come before it."""
    return takes_up(meeting.kind, referred_to)


def takes_up(kind: MeetingKind, referred_to: TopicState | None) -> bool:
    return referred_to is None or kind in _TAKEN_UP_BY[referred_to]


def may_invite(meeting: Meeting) -> bool:
    return meeting.state in {S.DRAFT, S.CONVENED}


def takes_replies(meeting: Meeting) -> bool:
    return meeting.state is S.CONVENED


def may_move(meeting: Meeting) -> bool:
    """To another time or place, once people have been told of them; a draft is simply changed."""
    return meeting.state is S.CONVENED


def has_begun_to_fill(meeting: AnyMeeting, now: datetime) -> bool:
    """Whether people can check in and the host can open: from an hour before the start until half
    a day after it. What did not take place then was not held as the notice said."""
    on_time = meeting.starts_at - EARLY <= now <= meeting.starts_at + LATE
    return meeting.state is S.CONVENED and on_time


def takes_check_ins(meeting: AnyMeeting, now: datetime) -> bool:
    return meeting.state is S.OPEN or has_begun_to_fill(meeting, now)


def period(on: date, months: int) -> tuple[date, date]:
    """The first and the last day of the calendar period of so many months that the day lies in:
    a month, a quarter, half a year, a year."""
    first = (on.month - 1) // months * months + 1
    following = first + months
    end = date(on.year + (following > 12), (following - 1) % 12 + 1, 1)  # noqa: PLR2004 - months
    return date(on.year, first, 1), end - timedelta(days=1)


def is_pressing(on: date, months: int) -> bool:
    """Whether the last third of the period has begun."""
    first, last = period(on, months)
    return 3 * (on - first).days >= 2 * (last - first).days


def sits(meeting: AnyMeeting) -> bool:
    return meeting.state is S.OPEN


def keeps_a_list(meeting: Meeting) -> bool:
    """Whether its check-in list is still worked with; a wrong entry is found after the end, too."""
    return meeting.state in {*RUNNING, S.CLOSED}


def takes_notes(meeting: Meeting) -> bool:
    return meeting.state in {S.OPEN, S.CLOSED}


def missing_notice_days(rule: MeetingRule, meeting_day: date, notice_day: date) -> int:
    """How many days the notice would come too late. The day of the notice does not count
    (Civil Code art. 201): `meeting - notice >= days`."""
    return max(0, rule.notice_days - (meeting_day - notice_day).days)


def last_notice_day(rule: MeetingRule, meeting_day: date) -> date:
    return meeting_day - timedelta(days=rule.notice_days)


def may_start(meeting: Meeting, item: AgendaItem) -> bool:
    """An item can be taken up again after others: what was said is added to its notes."""
    return (
        meeting.state is S.OPEN
        and item.withdrawn_at is None
        and item.state is not ItemState.CURRENT
    )


def may_open_vote(meeting: AnyMeeting, item: AnyItem, vote: AnyVote | None) -> bool:
    return (
        meeting.state is S.OPEN
        and item.kind is ItemKind.VOTE
        and item.state is ItemState.CURRENT
        and item.withdrawn_at is None
        and item.outcome is None
        and vote is None
    )


def may_void(meeting: AnyMeeting, vote: AnyVote | None, *, quorum_lost: bool = False) -> bool:
    """A vote is taken again only by the same meeting, while it sits; one that has lost its quorum
    is declared void until the minutes are confirmed."""
    may = meeting.state is S.OPEN or (meeting.state is S.CLOSED and quorum_lost)
    return may and vote is not None and vote.state is not VoteState.VOIDED


def open_outcomes(meeting: AnyMeeting, item: AnyItem, vote: AnyVote | None) -> list[Outcome]:
    """How the meeting may dispose of the item now, by the host's word.

    What was voted through is agreed by that. Agreement without a vote (协商意见) is possible
    on what the notice named, but not in an assembly, which the law lets decide by vote; a motion
    that failed, or could not be put, goes on elsewhere.
    """
    if meeting.state not in {S.OPEN, S.CLOSED} or item.withdrawn_at or item.outcome is not None:
        return []
    if item.state is ItemState.WAITING and meeting.state is S.OPEN:
        return []
    if vote is not None and (vote.state is VoteState.OPEN or vote.passed):
        return []
    if only_informs(item):
        return []
    outcomes = [Outcome.DEFERRED]
    if meeting.kind not in BY_LAW:
        outcomes.append(Outcome.TO_REPS_ASSEMBLY)
    if meeting.kind is not MeetingKind.RESIDENTS_ASSEMBLY:
        outcomes.append(Outcome.TO_RESIDENTS_ASSEMBLY)
    outcomes.append(Outcome.DROPPED)
    if item.kind is not ItemKind.VOTE and not item.added_late and meeting.kind not in BY_LAW:
        outcomes.insert(0, Outcome.AGREED)
    return outcomes


def only_informs(item: AnyItem) -> bool:
    """A report is taken note of: nothing is to become of it."""
    return item.kind is ItemKind.REPORT and item.topic_id is None


def lacks_outcome(item: AgendaItem, vote: Vote | None) -> bool:
    """Whether the minutes could not say what became of the item."""
    if item.withdrawn_at or item.outcome is not None or only_informs(item):
        return False
    if item.topic_id is not None:
        return True
    if item.kind is ItemKind.VOTE:
        return vote is None or vote.state is not VoteState.CLOSED
    return item.state is not ItemState.DONE


def lacks_vote(item: AnyItem, vote: AnyVote | None) -> bool:
    """Whether it was taken up to be voted on, and neither a vote that counts nor the host's word
    has said what becomes of it."""
    return (
        item.kind is ItemKind.VOTE
        and item.withdrawn_at is None
        and item.state is not ItemState.WAITING
        and item.outcome is None
        and (vote is None or vote.state is not VoteState.CLOSED)
    )


def sees_names(actor: Actor, path: str) -> bool:
    """Whether names are shown in full: to those who work with the community's meetings."""
    return actor.may_at(Capability.SEE_MEETINGS, path)


def may_host(actor: Actor, meeting: AnyMeeting) -> bool:
    """Whether the actor may run the meeting; the same as `queries.hosted` says of rows."""
    paths = actor.paths(Capability.HOST_MEETING)
    community, here = meeting.community.path, meeting.platform.place.path
    near = any(community.startswith(path) or path.startswith(community) for path in paths)
    return near and (meeting.host_id == actor.id or any(here.startswith(path) for path in paths))


def may_read_minutes(actor: Actor, meeting: AnyMeeting) -> bool:
    """Whether the actor may read the minutes: those who work with meetings from the opening on, the
    community's people once they are confirmed."""
    if meeting.state is S.CONFIRMED:
        return True
    return meeting.opened_at is not None and sees_names(actor, meeting.community.path)
