"""The way from the draft to being in force: review, vote, filing, publication, repeal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, render_template, request, url_for

from app.conventions import policy
from app.conventions.forms import (
    FilingForm,
    HangForm,
    PublishForm,
    RepealForm,
    ReviewForm,
    VoteForm,
)
from app.conventions.models import ConventionVersion
from app.conventions.queries import deciding, texts
from app.conventions.services import effect, review
from app.conventions.views import bp
from app.conventions.views.reading import (
    convention_page,
    version_page,
    with_decisions,
    with_meetings,
)
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import see_other
from app.core.i18n import gettext as _
from app.core.slots import fills
from app.meetings import interface as meetings

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from app.meetings.models.meetings import Meeting

MANAGE = Capability.MANAGE_CONVENTIONS
REVIEW = Capability.REVIEW_CONVENTION


@bp.post("/conventions/versions/<int:version_id>/submit")
@requires(MANAGE)
def submit(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    review.submit(actor(), version)
    return _done(version, _("Sent to the street office for review."))


@bp.post("/conventions/versions/<int:version_id>/pass-review")
@requires(REVIEW)
def pass_review(version_id: int) -> Response:
    return _review(version_id, review.pass_review, _("The review is passed."))


@bp.post("/conventions/versions/<int:version_id>/return")
@requires(REVIEW)
def return_for_revision(version_id: int) -> Response:
    return _review(version_id, review.return_for_revision, _("Returned for revision."))


@bp.post("/conventions/versions/<int:version_id>/vote")
@requires(MANAGE)
def put_to_vote(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    form = with_meetings(VoteForm(), version.convention)
    if form.accepts(
        lambda: review.put_to_vote(
            actor(),
            version,
            meetings.meeting_in_reach(actor(), Capability.CONVENE, form.meeting.data),
        )
    ):
        done = _done(version, _("The text is frozen and on the meeting's agenda."))
        if request.form.get("back") == "agenda":
            return see_other(url_for("meetings.agenda", meeting_id=form.meeting.data))
        return done
    return version_page(version.convention_id, version.number, 422, vote_form=form)


@fills("meetings.agenda")
def reviewed_texts(*, meeting: Meeting, **_context: Any) -> str:
    """Show staff who prepare an agenda the texts that this meeting may decide on."""
    if not policy.may_manage(actor(), meeting.community.path):
        return ""
    versions = deciding.versions_to_decide(meeting)
    return render_template("conventions/_agenda.html", meeting=meeting, versions=versions)


@bp.post("/conventions/versions/<int:version_id>/withdraw-from-vote")
@requires(MANAGE)
def withdraw_from_vote(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    review.withdraw_from_vote(actor(), version)
    return _done(version, _("Taken off the agenda."))


@bp.post("/conventions/versions/<int:version_id>/result")
@requires(MANAGE)
def take_result(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    review.take_result(actor(), version)
    return _done(version, _("The result of the vote has been taken over."))


@bp.post("/conventions/versions/<int:version_id>/file")
@requires(MANAGE)
def file(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    form = FilingForm()
    if form.accepts(
        lambda: effect.file(actor(), version, number=form.number.data, on=form.on.data)
    ):
        return _done(version, _("The filing has been recorded."))
    return version_page(version.convention_id, version.number, 422, filing_form=form)


@bp.post("/conventions/versions/<int:version_id>/publish")
@requires(MANAGE)
def publish(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    form = PublishForm()
    if form.accepts(
        lambda: effect.publish(
            actor(), version, in_force_from=form.in_force_from.data, contact=form.contact.data
        )
    ):
        return _done(version, _("It hangs on the board."))
    return version_page(version.convention_id, version.number, 422, publish_form=form)


@bp.post("/conventions/<int:convention_id>/repeal")
@requires(MANAGE)
def repeal(convention_id: int) -> Response:
    newest = texts.versions_of(convention_id)
    version = texts.version_in_reach(actor(), MANAGE, newest[0].id if newest else 0)
    form = with_decisions(RepealForm(), version.convention)
    if not form.accepts(
        lambda: effect.repeal(
            actor(), version.convention, item_id=form.decision.data, reason=form.reason.data
        )
    ):
        return convention_page(convention_id, 422, repeal_form=form)
    db.session.commit()
    flash(_("The convention has been repealed."))
    return see_other(url_for("conventions.show", convention_id=convention_id))


@bp.post("/conventions/versions/<int:version_id>/hang-again")
@requires(MANAGE)
def hang_again(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), MANAGE, version_id)
    form = HangForm()
    if form.accepts(
        lambda: effect.hang_again(
            actor(), version, contact=form.contact.data, reason=form.reason.data
        )
    ):
        return _done(version, _("It hangs on the board."))
    return version_page(version.convention_id, version.number, 422, hang_form=form)


@bp.get("/conventions/versions/<int:version_id>/<string:step>")
@requires(MANAGE, REVIEW)
def reload_version(version_id: int, step: str) -> Response:
    """After a refusal the address is that of the button; loading it again shows the version."""
    works_as = MANAGE if actor().may(MANAGE) else REVIEW
    version = texts.version_in_reach(actor(), works_as, version_id, lock=False)
    return _to(version, anchor=step)


@bp.get("/conventions/<int:convention_id>/repeal")
@requires(MANAGE)
def reload_convention(convention_id: int) -> Response:
    return see_other(url_for("conventions.show", convention_id=convention_id))


def _review(version_id: int, decide: Callable[..., Any], said: str) -> Response:
    version = texts.version_in_reach(actor(), REVIEW, version_id)
    form = ReviewForm()
    if form.accepts(
        lambda: decide(
            actor(), version, opinion=form.opinion.data or "", number=form.number.data or ""
        )
    ):
        return _done(version, said)
    return version_page(version.convention_id, version.number, 422, review_form=form)


def _done(version: ConventionVersion, said: str) -> Response:
    db.session.commit()
    flash(said)
    return _to(version)


def _to(version: ConventionVersion, anchor: str | None = None) -> Response:
    return see_other(
        url_for(
            "conventions.version",
            convention_id=version.convention_id,
            number=version.number,
            _anchor=anchor,
        )
    )
