"""Hanging a notice and taking it down."""

from __future__ import annotations

from flask import flash, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.notices import queries, services
from app.notices.forms import NoticeForm, WithdrawalForm
from app.notices.models import Notice, NoticeKind
from app.notices.views import bp
from app.places.interface import communities, reached_community
from app.places.models import Place

PUBLISH = Capability.PUBLISH_NOTICE


@bp.get("/notices/new")
@requires(PUBLISH)
def new_notice() -> Response:
    community = reached_community(actor(), PUBLISH, id_argument("community"))
    return _new_page(NoticeForm(data=_given(community)), community, 200)


@bp.post("/notices/new")
@requires(PUBLISH)
def publish() -> Response:
    community = reached_community(actor(), PUBLISH, id_argument("community"))
    form = NoticeForm()
    if not form.accepts(
        lambda: services.announce(
            actor(),
            community_id=community.id,
            title=form.title.data,
            basis=form.basis.data,
            body=form.body.data,
            days=form.days.data,
            contact=form.contact.data,
            has_to_be=form.has_to_be.data,
        )
    ):
        return _new_page(form, community, 422)
    db.session.commit()
    flash(_("The notice hangs on the board. Print it for the wall as well."))
    return see_other(url_for("notices.show", notice_id=form.result.id))


@bp.get("/notices/<int:notice_id>/withdraw")
@requires(PUBLISH)
def confirm_withdrawal(notice_id: int) -> Response:
    notice = queries.notice_in_reach(actor(), notice_id, PUBLISH)
    return _withdrawal_page(WithdrawalForm(), notice, 200)


@bp.post("/notices/<int:notice_id>/withdraw")
@requires(PUBLISH)
def withdraw(notice_id: int) -> Response:
    notice = queries.notice_in_reach(actor(), notice_id, PUBLISH)
    form = WithdrawalForm()
    if not form.accepts(lambda: services.withdraw(actor(), notice, reason=form.reason.data)):
        return _withdrawal_page(form, notice, 422)
    db.session.commit()
    flash(_("The notice has been withdrawn. Take the sheet off the wall as well."))
    return see_other(url_for("notices.show", notice_id=notice_id))


def _new_page(form: NoticeForm, community: Place, status: int) -> Response:
    return render(
        "notices/new.html",
        status=status,
        form=form,
        community=community,
        community_tabs=[
            (row.name, url_for("notices.new_notice", community=row.id), row.id == community.id)
            for row in communities(actor(), PUBLISH)
        ],
        rule=queries.rules_in_force(clock.today()).get(NoticeKind.AFFAIRS),
    )


def _given(community: Place) -> dict[str, str]:
    """What the form begins with: the words of the notice that is published again, if one is."""
    given = {"contact": queries.last_contact(community.id)}
    if before_id := id_argument("before"):
        before = queries.notice_in_reach(actor(), before_id, PUBLISH)
        given = {name: getattr(before, name) for name in ("title", "body", "basis", "contact")}
    return given


def _withdrawal_page(form: WithdrawalForm, notice: Notice, status: int) -> Response:
    return render("notices/withdraw.html", status=status, form=form, notice=notice)
