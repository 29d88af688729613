"""Votes: opened on what the notice named, counted to the rule, closed exactly once."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import case, func, insert, literal, select, update

from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing, hold
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.meetings import arithmetic, policy
from app.meetings.models.agenda import AgendaItem, Outcome
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import Choice, Vote, VoteMode, VoteRoll
from app.meetings.queries import quorum, voting
from app.meetings.services._common import lock, not_now, record
from app.meetings.services.session import apply_outcome
from app.meetings.states import MeetingState, VoteState, votes
from app.people.models import Gender, Person
from app.topics import interface as topics


def open_vote(
    actor: Actor, item: AgendaItem, *, mode: VoteMode, scrutineer: str = "", teller: str = ""
) -> Vote:
    """Put the item's motion to the vote of the members present now.

    Who they are is frozen as the roll, and with it the motion and the rule. Refused if the
    quorum is not met at this moment, the notice did not name the item as one to vote on, the item
    is not the current one or has a vote already, or a secret ballot lacks its scrutineer and teller.
    """
    meeting = lock(item.meeting)
    db.session.refresh(item)
    if item.added_late:
        raise Refused(_l("The notice did not name this item: it can't be voted on."))
    if not policy.may_open_vote(meeting, item, voting.valid_vote(item.id)):
        raise not_now()
    if scrutineer and "".join(scrutineer.split()) == "".join(teller.split()):
        raise Refused(_l("Scrutineer and teller are two different people."), field="teller")
    if mode is VoteMode.SECRET and not (scrutineer and teller):
        raise Refused(_l("A secret ballot needs a scrutineer and a teller."), field="scrutineer")
    vote = Vote(
        item_id=item.id,
        mode=mode,
        rule_id=meeting.rule_id,
        motion=item.motion,
        motion_digest=hashlib.sha256(item.motion.encode()).hexdigest(),
        expected=meeting.expected,
        present=0,
        scrutineer=scrutineer,
        teller=teller,
        opened_by_id=actor.id,
    )
    with flushing(not_now()):
        db.session.add(vote)
    _freeze_roll(meeting, vote)
    record(actor, "meeting.open_vote", meeting, vote=vote.id, mode=mode.value, present=vote.present)
    return vote


def cast(actor: Actor, vote: Vote, *, roll_id: int, choice: Choice | None) -> None:
    """Note what a member says in a roll call; None takes it back. Refused for another mode and
    unless the vote is open; NotFoundError if `roll_id` is not of this vote."""
    _hold(vote)
    if vote.mode is not VoteMode.ROLL_CALL:
        raise not_now()
    changed: Any = db.session.execute(
        update(VoteRoll)
        .where(VoteRoll.id == roll_id, VoteRoll.vote_id == vote.id)
        .values(choice=choice)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise NotFoundError
    _count_roll(vote)
    record(
        actor, "meeting.cast", vote.item.meeting, vote=vote.id, roll=roll_id,
        choice=choice.value if choice else None,
    )  # fmt: skip


def record_counts(actor: Actor, vote: Vote, *, ayes: int, nays: int, abstentions: int) -> None:
    """Enter what was counted. Refused, beside the number that is too large, if it comes to more
    than those on the roll; also for a roll call and unless the vote is open."""
    _hold(vote)
    if vote.mode is VoteMode.ROLL_CALL:
        raise Refused(_l("In a roll call the votes are counted name by name."))
    _check_counts(vote, ayes=ayes, nays=nays, abstentions=abstentions)
    vote.ayes, vote.nays, vote.abstentions = ayes, nays, abstentions
    db.session.flush()
    record(
        actor, "meeting.record_counts", vote.item.meeting, vote=vote.id,
        ayes=ayes, nays=nays, abstentions=abstentions,
    )  # fmt: skip


def close_roll_call(actor: Actor, vote: Vote, *, uncalled: int = 0) -> None:
    """Close a roll call with what was said so far. Refused for a vote that has to be counted, and
    as by `close_vote`."""
    if vote.mode is not VoteMode.ROLL_CALL:
        raise not_now()
    close_vote(actor, vote, uncalled=uncalled)


def close_vote(
    actor: Actor,
    vote: Vote,
    *,
    counts: tuple[int, int, int] | None = None,
    uncalled: int | None = None,
) -> None:
    """Close the vote with its counts (ayes, nays, abstentions), entered now or before.

    `uncalled` is how many on the roll, at most, the host knows to be in none of the counts: they
    count as not voting; with None the host need not know. A motion that is carried settles its
    topic as agreed. Refused if there are more of them, if the counts don't fit the roll, and unless
    the vote is open: of two hosts who close at once, the second is refused.
    """
    if counts is not None:
        ayes, nays, abstentions = counts
        record_counts(actor, vote, ayes=ayes, nays=nays, abstentions=abstentions)
    else:
        _hold(vote)
    if uncalled is not None:
        _check_uncalled(vote, uncalled)
    before, after = vote.state, votes.after(vote.state, "close")
    passed = arithmetic.passed(vote.rule, vote.ayes, vote.nays, vote.abstentions, vote.present)
    closed: Any = db.session.execute(
        update(Vote)
        .where(Vote.id == vote.id, Vote.state == before)
        .values(state=after, passed=passed, closed_at=clock.now(), closed_by_id=actor.id)
        .execution_options(synchronize_session=False)
    )
    if closed.rowcount != 1:
        raise not_now()
    db.session.refresh(vote)
    if passed:
        apply_outcome(actor, vote.item, Outcome.AGREED)
    record(
        actor, "meeting.close_vote", vote.item.meeting, vote=vote.id, passed=passed, ayes=vote.ayes,
        nays=vote.nays, abstentions=vote.abstentions, present=vote.present,
    )  # fmt: skip


def void_vote(actor: Actor, vote: Vote, *, reason: str) -> None:
    """Declare a vote void, with its reason; the meeting can vote again while it sits. Refused once
    it is over, unless the quorum was lost and the minutes are not confirmed, and once a resolution
    or a convention rests on the vote: the packages above see to that in the database."""
    meeting = lock(vote.item.meeting)
    hold(vote)
    lost = quorum.quorum_lost(vote.item_id) is not None
    if not policy.may_void(meeting, vote, quorum_lost=lost):
        raise not_now()
    passed, item = vote.passed, vote.item
    with flushing(_something_rests_on_it()):
        vote.state = votes.after(vote.state, "void")
        vote.void_reason = reason
        vote.voided_at = clock.now()
        vote.voided_by_id = actor.id
    if passed:
        item.outcome = None
        item.outcome_reason = None
        db.session.flush()
        if item.topic is not None:
            topics.unsettle(actor, item.topic, reason=reason)
    record(actor, "meeting.void_vote", meeting, vote=vote.id, reason=reason)


def _something_rests_on_it() -> Refused:
    return Refused(
        _l(
            "Something has already been recorded on the strength of this vote. Convene another meeting"
            " and vote again: the new decision takes its place."
        )
    )


def _hold(vote: Vote) -> None:
    """Lock the vote; Refused unless it is open in a meeting that sits."""
    hold(vote)
    if vote.state is not VoteState.OPEN or vote.item.meeting.state is not MeetingState.OPEN:
        raise Refused(_l("This vote is closed."))


def _freeze_roll(meeting: Meeting, vote: Vote) -> None:
    """Put the members in the room on the roll, in one statement. Refused if they are fewer than the
    quorum."""
    entitled = select(literal(vote.id), Invitation.id).where(
        Invitation.meeting_id == meeting.id,
        Invitation.capacity == Capacity.MEMBER,
        Invitation.present_at.is_not(None),
        Invitation.voided_at.is_(None),
        Invitation.left_at.is_(None),
    )
    db.session.execute(insert(VoteRoll).from_select(["vote_id", "invitation_id"], entitled))
    women = func.count(case((Person.gender == Gender.FEMALE, 1)))
    row = db.session.execute(
        select(func.count(VoteRoll.id), women)
        .join(Invitation, Invitation.id == VoteRoll.invitation_id)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .where(VoteRoll.vote_id == vote.id)
    ).one()
    vote.present, vote.present_women = row
    if not arithmetic.quorum_met(vote.rule, vote.present, vote.expected):
        needed = arithmetic.needed_for_quorum(vote.rule, vote.expected)
        raise Refused(
            Phrase(
                marked("The quorum is not met: %(missing)s more members are needed."),
                missing=needed - vote.present,
            )
        )
    db.session.flush()


def _count_roll(vote: Vote) -> None:
    counted = dict(
        db.session.execute(
            select(VoteRoll.choice, func.count())
            .where(VoteRoll.vote_id == vote.id, VoteRoll.choice.is_not(None))
            .group_by(VoteRoll.choice)
        )
        .tuples()
        .all()
    )
    vote.ayes = counted.get(Choice.AYE, 0)
    vote.nays = counted.get(Choice.NAY, 0)
    vote.abstentions = counted.get(Choice.ABSTENTION, 0)
    db.session.flush()


def _check_uncalled(vote: Vote, known: int) -> None:
    if vote.silent <= known:
        return
    words = marked(
        "%(number)s on the roll are in none of the counts: confirm that they %(silence)s."
    )
    if vote.mode is VoteMode.ROLL_CALL:
        words = marked("%(number)s on the roll have not been called: confirm that they don't vote.")
    raise Refused(Phrase(words, number=vote.silent, silence=vote.silence), field="uncalled")


def _check_counts(vote: Vote, **counts: int) -> None:
    """Refused beside the first of the `counts`, in the order of the form, that makes them more than
    the roll."""
    so_far = 0
    for field, number in counts.items():
        so_far += number
        if number < 0 or so_far > vote.present:
            raise Refused(
                Phrase(
                    marked("That would be more votes than the %(present)s members on the roll."),
                    present=vote.present,
                ),
                field=field,
            )
