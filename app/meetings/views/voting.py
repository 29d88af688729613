"""Votes: opening, the arithmetic while they are counted, closing, declaring void."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.meetings import policy
from app.meetings.forms import CloseRollForm, CountForm, OpenVoteForm, VoidForm
from app.meetings.models.votes import Choice
from app.meetings.queries import agenda, session, voting
from app.meetings.services import voting as services
from app.meetings.views import _console, bp
from app.meetings.views.minutes import minutes_page

HOST = Capability.HOST_MEETING
_MOST = 100_000


@bp.post("/meetings/items/<int:item_id>/vote")
@requires(HOST)
def open_vote(item_id: int) -> Response:
    item = agenda.item_in_reach(actor(), HOST, item_id)
    form = OpenVoteForm(prefix="open")
    if not form.accepts(
        lambda: services.open_vote(
            actor(),
            item,
            mode=form.mode.data,
            scrutineer=form.scrutineer.data or "",
            teller=form.teller.data or "",
        )
    ):
        return _console.page(item.meeting_id, 422, open_form=form)
    db.session.commit()
    return _console.back(item.meeting, "vote")


@bp.get("/meetings/votes/<int:vote_id>/tally")
@requires(HOST)
def tally(vote_id: int) -> Response:
    """What the numbers typed so far would come to. Writes nothing."""
    meeting, vote = session.running_vote(actor(), vote_id)
    counted = (_typed(name) for name in ("ayes", "nays", "abstentions"))
    return render(
        "meetings/tally.html",
        swap={"tally": "meetings/_tally.html"},
        meeting=meeting,
        tally=_console.tally(vote, *counted),
        count_form=CountForm(formdata=None),
    )


@bp.post("/meetings/votes/<int:vote_id>/close")
@requires(HOST)
def close_vote(vote_id: int) -> Response:
    vote = voting.vote_in_reach(actor(), HOST, vote_id)
    form = CountForm()
    if not form.accepts(
        lambda: services.close_vote(
            actor(), vote, counts=form.counts, uncalled=form.uncalled.data or 0
        )
    ):
        return _console.page(vote.item.meeting_id, 422, count_form=form)
    db.session.commit()
    return _console.back(vote.item.meeting, "vote")


@bp.post("/meetings/votes/<int:vote_id>/close-roll")
@requires(HOST)
def close_roll(vote_id: int) -> Response:
    vote = voting.vote_in_reach(actor(), HOST, vote_id)
    form = CloseRollForm()
    if not form.accepts(
        lambda: services.close_roll_call(actor(), vote, uncalled=form.uncalled.data or 0)
    ):
        return _console.page(vote.item.meeting_id, 422, roll_form=form)
    db.session.commit()
    return _console.back(vote.item.meeting, "vote")


@bp.post("/meetings/votes/<int:vote_id>/cast")
@requires(HOST)
def cast(vote_id: int) -> Response:
    """What one member says in a roll call; the same button again takes it back."""
    vote = voting.vote_in_reach(actor(), HOST, vote_id)
    said = request.form.get("choice")
    services.cast(
        actor(),
        vote,
        roll_id=request.form.get("roll", 0, type=int),
        choice=Choice(said) if said in list(Choice) else None,
    )
    db.session.commit()
    return _console.back(vote.item.meeting, "vote")


@bp.post("/meetings/votes/<int:vote_id>/void")
@requires(HOST)
def void_vote(vote_id: int) -> Response:
    vote = voting.vote_in_reach(actor(), HOST, vote_id)
    form, sits = VoidForm.about(vote_id), policy.sits(vote.item.meeting)
    if not form.accepts(lambda: services.void_vote(actor(), vote, reason=form.reason.data)):
        if sits:
            return _console.page(vote.item.meeting_id, 422, void_form=form)
        return minutes_page(vote.item.meeting, 422, void={vote_id: form})
    db.session.commit()
    if sits:
        flash(_("The vote has been declared void. It can be taken again."))
        return _console.back(vote.item.meeting)
    flash(_("The vote has been declared void. Now note what becomes of the item."))
    return see_other(url_for("meetings.minutes", meeting_id=vote.item.meeting_id))


def _typed(name: str) -> int:
    """A number the host may still be typing: nothing and nonsense count as 0."""
    return min(max(request.args.get(name, 0, type=int), 0), _MOST)
