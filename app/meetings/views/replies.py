"""Answering an invitation."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.meetings.forms import ReplyForm
from app.meetings.models.attendance import Invitation
from app.meetings.queries import attendance as queries
from app.meetings.services import attendance as services
from app.meetings.views import bp
from app.meetings.views.reading import show_page

ANSWER = Capability.ANSWER_INVITATION


@bp.post("/meetings/invitations/<int:invitation_id>/reply")
@requires(ANSWER)
def reply(invitation_id: int) -> Response:
    invitation = queries.invitation_in_reach(actor(), ANSWER, invitation_id)
    form, coming = ReplyForm(), request.form.get("answer") == "coming"
    own = queries.is_own(actor(), invitation)
    if not form.accepts(
        lambda: services.reply(actor(), invitation, coming=coming, reason=form.reason.data or None)
    ):
        if own:
            return show_page(invitation.meeting_id, 422, form)
        return _proxy_page(form, invitation, 422)
    db.session.commit()
    flash(_("Thank you, your reply has been noted.") if own else _("The reply has been entered."))
    page = "meetings.show" if own else "meetings.invitations"
    return see_other(url_for(page, meeting_id=invitation.meeting_id))


@bp.get("/meetings/invitations/<int:invitation_id>/reply")
@requires(Capability.CONVENE)
def reply_for(invitation_id: int) -> Response:
    """Staff enter what an invited person told them."""
    invitation = queries.invitation_in_reach(actor(), Capability.CONVENE, invitation_id)
    form = ReplyForm(data={"reason": invitation.leave_reason})
    return _proxy_page(form, invitation, 200)


def _proxy_page(form: ReplyForm, invitation: Invitation, status: int) -> Response:
    return render(
        "meetings/reply.html",
        status=status,
        form=form,
        invitation=invitation,
        meeting=invitation.meeting,
        name=queries.name_of(invitation),
    )
