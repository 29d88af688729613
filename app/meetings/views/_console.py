"""The host's console: one page with several forms, each of which can come back refused."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.guard import actor
from app.core.htmx import render, see_other, wanted_fragment
from app.meetings import arithmetic, policy
from app.meetings.forms import (
    CloseRollForm,
    CountForm,
    NotesForm,
    OpenVoteForm,
    SettleForm,
    VoidForm,
)
from app.meetings.models.meetings import Meeting
from app.meetings.models.votes import VoteMode
from app.meetings.queries import session as queries
from app.meetings.queries.session import Console
from app.meetings.rows import AnyVote, MeetingRow
from app.meetings.states import VoteState
from app.meetings.views._pages import needed

SWAP = {
    "quorum": "meetings/_quorum.html",
    "vote": "meetings/_vote.html",
    "queue": "meetings/_queue.html",
}


def page(meeting_id: int, status: int = 200, **refused: Any) -> Response:
    """The console as it is now. `refused` are forms to show with what was wrong in them."""
    meeting = queries.running_meeting(actor(), meeting_id)
    now = queries.console(meeting)
    return render(
        "meetings/console.html",
        swap=SWAP,
        status=status,
        meeting=meeting,
        now=now,
        state=_state(meeting, now),
        at=clock.now(),
        may_read_minutes=policy.may_read_minutes(actor(), meeting),
        items=[item for item, _vote in now.items],
        needed=needed(meeting),
        count=now.count,
        may_open=policy.has_begun_to_fill(meeting, clock.now()),
        next_stance=queries.next_stance(now.queue),
        speaking_seconds=policy.SPEAKING_SECONDS,
        speaking_turns=policy.SPEAKING_TURNS,
        **_about_the_item(meeting, now, refused.get("count_form")),
        **(_forms(meeting, now) | refused),
    )


def _state(meeting: MeetingRow, now: Console) -> str:
    """Short for all that a second screen has to follow: it is loaded anew when this changes. What
    is being written is not part of it."""
    shown = (
        meeting.state,
        [
            (
                item.id,
                item.state,
                item.outcome,
                vote and (vote.id, vote.state, vote.ayes, vote.nays, vote.abstentions),
            )
            for item, vote in now.items
        ],
        [(turn.id, turn.started_at, turn.ended_at) for turn in now.queue],
        [(row.id, row.choice) for row in now.roll],
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def back(meeting: Meeting, anchor: str = "") -> Response:
    """After something was done: the fragment htmx asked for, else the console."""
    if wanted_fragment():
        return page(meeting.id)
    url = url_for("meetings.console", meeting_id=meeting.id)
    return see_other(f"{url}#{anchor}" if anchor else url)


def tally(vote: AnyVote, ayes: int, nays: int, abstentions: int) -> dict[str, Any]:
    """The live arithmetic of a count that may still be being typed."""
    needed = arithmetic.needed_to_pass(vote.rule, nays, vote.present)
    cast = ayes + nays + abstentions
    possible = cast <= vote.present
    return {
        "vote": vote,
        "ayes": ayes,
        "nays": nays,
        "abstentions": abstentions,
        "cast": cast,
        "too_many": cast - vote.present if not possible else 0,
        "needed_to_pass": needed,
        "can_say_needed": arithmetic.is_settled_by(vote.rule, nays),
        "still_needed": max(0, needed - ayes) if needed is not None else None,
        "passes": possible and arithmetic.passed(vote.rule, ayes, nays, abstentions, vote.present),
    }


def _about_the_item(
    meeting: MeetingRow, now: Console, counted: CountForm | None = None
) -> dict[str, Any]:
    item, vote = now.current, now.vote
    if item is None:
        return {"item": None, "vote": None, "outcomes": [], "may_open_vote": False, "tally": None}
    counts = (vote.ayes, vote.nays, vote.abstentions) if vote else (0, 0, 0)
    if counted is not None:
        fields = (counted.ayes, counted.nays, counted.abstentions)
        ayes, nays, abstentions = (max(0, field.data or 0) for field in fields)
        counts = (ayes, nays, abstentions)
    return {
        "item": item,
        "vote": vote,
        "outcomes": policy.open_outcomes(meeting, item, vote),
        "may_open_vote": policy.may_open_vote(meeting, item, vote),
        "may_void": policy.may_void(meeting, vote),
        "tally": tally(vote, *counts) if vote else None,
    }


def _forms(meeting: MeetingRow, now: Console) -> dict[str, Any]:
    """The forms the current item needs, not filled in yet."""
    item, vote = now.current, now.vote
    if item is None:
        return {}
    forms: dict[str, Any] = {"notes_form": NotesForm.of(item, formdata=None)}
    outcomes = policy.open_outcomes(meeting, item, vote)
    if outcomes:
        forms["settle_form"] = SettleForm.about(item.id, outcomes, formdata=None)
    if vote is None:
        forms["open_form"] = OpenVoteForm(prefix="open", formdata=None, data=_counters(now))
    elif vote.state is VoteState.OPEN and vote.mode is VoteMode.ROLL_CALL:
        forms["roll_form"] = CloseRollForm(formdata=None)
    elif vote.state is VoteState.OPEN:
        forms["count_form"] = CountForm(formdata=None, obj=vote if vote.ayes or vote.nays else None)
    if vote is not None and policy.may_void(meeting, vote):
        forms["void_form"] = VoidForm.about(vote.id, formdata=None)
    return forms


def _counters(now: Console) -> dict[str, str]:
    """Who watched and counted the vote before: mostly they do so again."""
    taken = [vote for _item, vote in now.items if vote is not None]
    last = max(taken, key=lambda vote: vote.id, default=None)
    return {"scrutineer": last.scrutineer, "teller": last.teller} if last else {}
