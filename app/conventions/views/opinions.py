"""The public's opinions and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, url_for

from app.conventions import policy
from app.conventions.forms import (
    AnswerForm,
    CommentForm,
    EnteredOpinionForm,
    OpinionForm,
    PointOutForm,
)
from app.conventions.models import ConventionVersion
from app.conventions.queries import opinions, texts
from app.conventions.services import opinions as services
from app.conventions.views import bp
from app.conventions.views.reading import about_clauses, named_clause, version_page
from app.core.access import Capability, requires
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import see_other
from app.core.i18n import gettext as _
from app.people.models import Person

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@bp.post("/conventions/versions/<int:version_id>/comment")
@requires(Capability.MANAGE_CONVENTIONS)
def open_comment(version_id: int) -> Response:
    version = texts.version_in_reach(actor(), Capability.MANAGE_CONVENTIONS, version_id)
    form = CommentForm()
    if form.accepts(lambda: services.open_comment(actor(), version, until=form.until.data)):
        db.session.commit()
        flash(_("The draft is open for comment."))
        return see_other(
            url_for(
                "conventions.version", convention_id=version.convention_id, number=version.number
            )
        )
    return version_page(version.convention_id, version.number, 422, comment_form=form)


@bp.post("/conventions/<int:convention_id>/versions/<int:number>/opinions")
@requires(Capability.GIVE_OPINION, Capability.MANAGE_CONVENTIONS)
def give_opinion(convention_id: int, number: int) -> Response:
    convention, community = texts.convention(convention_id)
    version = texts.version_of(convention.id, number)
    clauses = texts.clauses_of(version.id)
    by_staff = policy.may_manage(actor(), community.path)
    form = about_clauses(EnteredOpinionForm() if by_staff else OpinionForm(), clauses)
    if form.accepts(
        lambda: services.give_opinion(
            actor(),
            version,
            text=form.text.data,
            clause=next((clause for clause in clauses if clause.id == form.clause.data), None),
            person=None if by_staff else db.session.get(Person, actor().person_id or 0),
            name=form.name.data if by_staff else None,
        )
    ):
        db.session.commit()
        flash(_("Thank you. Every opinion is answered with a reason."))
        return see_other(
            url_for("conventions.version", convention_id=convention_id, number=number) + "#opinions"
        )
    return version_page(convention_id, number, 422, opinion_form=form)


@bp.post("/conventions/opinions/<int:opinion_id>/answer")
@requires(Capability.MANAGE_CONVENTIONS)
def answer_opinion(opinion_id: int) -> Response:
    opinion = opinions.opinion_in_reach(actor(), opinion_id)
    version = db.session.get_one(ConventionVersion, opinion.version_id)
    form = AnswerForm()
    if form.accepts(
        lambda: services.answer_opinion(
            actor(),
            opinion,
            verdict=form.verdict.data,
            reason=form.reason.data or "",
            said_already=form.said_already.data,
            was=form.was.data,
        )
    ):
        db.session.commit()
        return _to_opinions(version)
    return version_page(
        version.convention_id, version.number, 422, answer_form=form, answered_id=opinion_id
    )


@bp.post("/conventions/opinions/<int:opinion_id>/point-out")
@requires(Capability.MANAGE_CONVENTIONS)
def point_out(opinion_id: int) -> Response:
    opinion = opinions.opinion_in_reach(actor(), opinion_id)
    version = db.session.get_one(ConventionVersion, opinion.version_id)
    clauses = texts.clauses_of(version.id)
    form = named_clause(PointOutForm(), clauses)
    if form.accepts(
        lambda: services.point_out(
            actor(),
            opinion,
            clause=next(clause for clause in clauses if clause.id == form.clause.data),
        )
    ):
        db.session.commit()
        return _to_opinions(version)
    return version_page(
        version.convention_id, version.number, 422, point_form=form, pointed_id=opinion_id
    )


@bp.get("/conventions/<int:convention_id>/versions/<int:number>/opinions")
@requires(Capability.GIVE_OPINION, Capability.MANAGE_CONVENTIONS)
def reload_opinions(convention_id: int, number: int) -> Response:
    """After a refusal the address is that of the button; loading it again shows the version."""
    page = url_for("conventions.version", convention_id=convention_id, number=number)
    return see_other(page + "#opinions")


@bp.get("/conventions/opinions/<int:opinion_id>/answer")
@bp.get("/conventions/opinions/<int:opinion_id>/point-out")
@requires(Capability.MANAGE_CONVENTIONS)
def reload_opinion(opinion_id: int) -> Response:
    opinion = opinions.opinion_in_reach(actor(), opinion_id)
    return _to_opinions(db.session.get_one(ConventionVersion, opinion.version_id))


def _to_opinions(version: ConventionVersion) -> Response:
    page = url_for(
        "conventions.version", convention_id=version.convention_id, number=version.number
    )
    return see_other(page + "#opinions")
