"""Objecting to a notice, for oneself or for another, and answering."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.masking import masked_phone
from app.notices import queries, services
from app.notices.forms import AnswerForm, ObjectionForm, ProxyObjectionForm
from app.notices.models import Notice, Objection
from app.notices.views import bp
from app.people import interface as telephones
from app.people.interface import Choice, UnmaskForm, offer_people
from app.people.models import Person

OBJECT = Capability.OBJECT
ANSWER = Capability.ANSWER_OBJECTION


@bp.get("/notices/<int:notice_id>/object")
@requires(OBJECT)
def new_objection(notice_id: int) -> Response:
    notice = queries.notice_in_reach(actor(), notice_id, OBJECT)
    return _own_page(ObjectionForm(), notice, 200)


@bp.post("/notices/<int:notice_id>/object")
@requires(OBJECT)
def object_to(notice_id: int) -> Response:
    notice = queries.notice_in_reach(actor(), notice_id, OBJECT)
    form = ObjectionForm()
    if not form.accepts(
        lambda: services.object_to(
            actor(), notice, text=form.text.data, phone=form.phone.data or None
        )
    ):
        return _own_page(form, notice, 422)
    db.session.commit()
    flash(_("Your objection has been received. You will be told the answer in your inbox."))
    return see_other(url_for("notices.show", notice_id=notice_id))


@bp.get("/notices/<int:notice_id>/objections/new")
@requires(ANSWER)
def new_proxy_objection(notice_id: int) -> Response:
    notice = queries.notice_in_reach(actor(), notice_id, ANSWER)
    form = ProxyObjectionForm(request.args, received_on=clock.today())
    return _proxy_page(form, notice, _offer(form, notice), 200)


@bp.post("/notices/<int:notice_id>/objections/new")
@requires(ANSWER)
def enter_objection(notice_id: int) -> Response:
    notice = queries.notice_in_reach(actor(), notice_id, ANSWER)
    form = ProxyObjectionForm()
    people = _offer(form, notice)
    if "find" in request.form:
        return _proxy_page(form, notice, people, 200)
    if not form.accepts(
        lambda: services.object_for(
            actor(),
            notice,
            text=form.text.data,
            person_id=form.person_id.data,
            name=form.name.data,
            phone=form.phone.data or None,
            received_on=form.received_on.data,
        )
    ):
        return _proxy_page(form, notice, people, 422)
    db.session.commit()
    flash(_("The objection has been entered."))
    return see_other(url_for("notices.show", notice_id=notice_id))


@bp.get("/notices/objections/<int:objection_id>/answer")
@requires(ANSWER)
def new_answer(objection_id: int) -> Response:
    objection = queries.objection_in_reach(actor(), ANSWER, objection_id)
    if objection.answered_at is not None:
        flash(_("This objection has already been answered."), "info")
        return see_other(url_for("notices.show", notice_id=objection.notice_id))
    return _answer_page(AnswerForm(), objection, 200)


@bp.post("/notices/objections/<int:objection_id>/answer")
@requires(ANSWER)
def answer(objection_id: int) -> Response:
    objection = queries.objection_in_reach(actor(), ANSWER, objection_id)
    form = AnswerForm()
    if not form.accepts(
        lambda: services.answer_objection(
            actor(),
            objection,
            answer=form.answer.data,
            upheld=form.upheld.data == "yes",
            has_to_be=form.has_to_be.data,
        )
    ):
        return _answer_page(form, objection, 422)
    db.session.commit()
    if form.result:
        flash(_("The answer has been sent to whoever objected."))
        return see_other(url_for("notices.show", notice_id=objection.notice_id))
    flash(
        _("Whoever objected has no account here: tell them the answer by telephone or in person."),
        "warning",
    )
    return see_other(url_for("notices.telephone", objection_id=objection_id))


@bp.get("/notices/objections/<int:objection_id>/phone")
@requires(ANSWER)
def telephone(objection_id: int) -> Response:
    return _telephone_page(queries.objection_in_reach(actor(), ANSWER, objection_id), 200)


@bp.post("/notices/objections/<int:objection_id>/phone")
@requires(ANSWER)
def unmask(objection_id: int) -> Response:
    """The number is in this one answer and nowhere else, as a resident's own."""
    objection = queries.objection_in_reach(actor(), ANSWER, objection_id)
    form = UnmaskForm()
    if not form.accepts(lambda: services.unmask(actor(), objection, reason=form.reason.data)):
        return _telephone_page(objection, 422, unmasking=form)
    db.session.commit()
    return _telephone_page(objection, 200, phone=form.result)


def _own_page(form: ObjectionForm, notice: Notice, status: int) -> Response:
    who = actor()
    person = db.session.get(Person, who.person_id) if who.person_id else None
    return render(
        "notices/object.html",
        status=status,
        form=form,
        notice=notice,
        registered=masked_phone(person.phone) if person else "",
    )


def _proxy_page(form: ProxyObjectionForm, notice: Notice, people: Choice, status: int) -> Response:
    return render(
        "notices/enter_objection.html",
        swap=people.swap,
        status=status,
        form=form,
        notice=notice,
        people=people,
    )


def _offer(form: ProxyObjectionForm, notice: Notice) -> Choice:
    return offer_people(form.person_id, Capability.SEE_PEOPLE, notice.community_id)


def _answer_page(form: AnswerForm, objection: Objection, status: int) -> Response:
    notice = queries.notice(actor(), objection.notice_id)
    return render(
        "notices/answer.html",
        status=status,
        form=form,
        objection=objection,
        notice=notice,
        **_number_of(objection),
    )


def _telephone_page(objection: Objection, status: int, **asked: Any) -> Response:
    return render(
        "notices/telephone.html",
        swap={"telephone": "people/_telephone.html"},
        status=status,
        objection=objection,
        notice=queries.notice(actor(), objection.notice_id),
        **_number_of(objection, **asked),
    )


def _number_of(objection: Objection, **asked: Any) -> dict[str, Any]:
    """Those who answer may call."""
    ask = url_for("notices.unmask", objection_id=objection.id)
    return telephones.of_number(masked_phone(objection.phone), ask, may_unmask=True, **asked)
