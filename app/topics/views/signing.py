"""Signing a topic: residents for themselves, staff from a list of signatures on paper."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.db import db
from app.core.errors import Refused
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.people.interface import Choice, offer_people, person_in_reach
from app.topics import policy
from app.topics.forms import SignatureForm
from app.topics.models import Topic
from app.topics.queries import following, sight
from app.topics.services import cosigning as services
from app.topics.views import bp

ENTER = Capability.ENTER_TOPIC


@bp.post("/topics/<int:topic_id>/sign")
@requires(Capability.RAISE_TOPIC)
def sign(topic_id: int) -> Response:
    topic = sight.topic_seen_by(actor(), topic_id)
    services.cosign(actor(), topic, person_id=_myself())
    db.session.commit()
    flash(_("You support this topic now. You will be told what comes of it."))
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/take-back")
@requires(Capability.RAISE_TOPIC)
def take_back(topic_id: int) -> Response:
    topic = sight.topic_seen_by(actor(), topic_id)
    services.take_back_signature(actor(), topic, person_id=_myself())
    db.session.commit()
    flash(_("Your signature has been taken back."))
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.get("/topics/<int:topic_id>/signatures")
@requires(ENTER)
def signatures(topic_id: int) -> Response:
    topic = sight.topic_in_reach(actor(), ENTER, topic_id)
    form = SignatureForm(request.args)
    return _page(form, topic, _offer(form, topic), 200)


@bp.post("/topics/<int:topic_id>/signatures")
@requires(ENTER)
def enter_signature(topic_id: int) -> Response:
    topic = sight.topic_in_reach(actor(), ENTER, topic_id)
    form = SignatureForm()
    people = _offer(form, topic)
    if "find" in request.form:
        return _page(form, topic, people, 200)
    if not form.accepts(
        lambda: services.cosign(actor(), topic, person_id=form.person_id.data or 0)
    ):
        return _page(form, topic, people, 422)
    db.session.commit()
    flash(_("The signature has been entered."))
    return see_other(url_for("topics.signatures", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/signatures/<int:person_id>/remove")
@requires(ENTER)
def remove_signature(topic_id: int, person_id: int) -> Response:
    topic = sight.topic_in_reach(actor(), ENTER, topic_id)
    person = person_in_reach(actor(), ENTER, person_id)
    services.take_back_signature(actor(), topic, person_id=person.id)
    db.session.commit()
    flash(_("The signature has been taken back."))
    return see_other(url_for("topics.signatures", topic_id=topic_id))


def _myself() -> int:
    person_id = actor().person_id
    if person_id is None:
        raise Refused(_l("Your account belongs to no resident, so it can't sign."))
    return person_id


def _offer(form: SignatureForm, topic: Topic) -> Choice:
    return offer_people(form.person_id, ENTER, topic.community_id)


def _page(form: SignatureForm, topic: Topic, people: Choice, status: int) -> Response:
    return render(
        "topics/signatures.html",
        swap=people.swap,
        status=status,
        form=form,
        topic=topic,
        people=people,
        cosigners=following.cosigners(topic.id),
        support=following.support_of(topic),
        open=topic.state in policy.CO_SIGNABLE,
    )
