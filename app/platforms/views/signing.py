"""Signing a topic: residents for themselves, staff from a list of signatures on paper."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.db import db
from app.core.errors import Refused
from app.core.forms import offered, tidy
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.people.choosing import Candidate, candidates
from app.people.queries import person_in_reach
from app.platforms import policy, queries, services
from app.platforms.forms import SignatureForm
from app.platforms.models import Topic
from app.platforms.views import bp

ENTER = Capability.ENTER_TOPIC
FOUND = {"person_id-list": "platforms/_signers.html"}


@bp.post("/topics/<int:topic_id>/sign")
@requires(Capability.RAISE_TOPIC)
def sign(topic_id: int) -> Response:
    topic = queries.topic_seen_by(actor(), topic_id)
    services.cosign(actor(), topic, person_id=_myself())
    db.session.commit()
    flash(_("You support this topic now. You will be told what comes of it."))
    return see_other(url_for("platforms.topic", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/take-back")
@requires(Capability.RAISE_TOPIC)
def take_back(topic_id: int) -> Response:
    topic = queries.topic_seen_by(actor(), topic_id)
    services.take_back_signature(actor(), topic, person_id=_myself())
    db.session.commit()
    flash(_("Your signature has been taken back."))
    return see_other(url_for("platforms.topic", topic_id=topic_id))


@bp.get("/topics/<int:topic_id>/signatures")
@requires(ENTER)
def signatures(topic_id: int) -> Response:
    return _page(SignatureForm(request.args), queries.topic_in_reach(actor(), ENTER, topic_id), 200)


@bp.post("/topics/<int:topic_id>/signatures")
@requires(ENTER)
def enter_signature(topic_id: int) -> Response:
    topic = queries.topic_in_reach(actor(), ENTER, topic_id)
    form = SignatureForm()
    if "find" in request.form:
        return _page(form, topic, 200)
    _offer(form, topic)
    if not form.accepts(
        lambda: services.cosign(actor(), topic, person_id=form.person_id.data or 0)
    ):
        return _page(form, topic, 422)
    db.session.commit()
    flash(_("The signature has been entered."))
    return see_other(url_for("platforms.signatures", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/signatures/<int:person_id>/remove")
@requires(ENTER)
def remove_signature(topic_id: int, person_id: int) -> Response:
    topic = queries.topic_in_reach(actor(), ENTER, topic_id)
    person = person_in_reach(actor(), ENTER, person_id)
    services.take_back_signature(actor(), topic, person_id=person.id)
    db.session.commit()
    flash(_("The signature has been taken back."))
    return see_other(url_for("platforms.signatures", topic_id=topic_id))


def _myself() -> int:
    person_id = actor().person_id
    if person_id is None:
        raise Refused(_l("Your account belongs to no resident, so it can't sign."))
    return person_id


def _offer(form: SignatureForm, topic: Topic) -> tuple[list[Candidate], str]:
    text = str(tidy(request.values.get("person_id_search", "")))[:60]
    found = candidates(actor(), ENTER, topic.community_id, text, form.person_id.data)
    form.person_id.choices = offered((person.id, person.name) for person in found)
    return found, text


def _page(form: SignatureForm, topic: Topic, status: int) -> Response:
    found, text = _offer(form, topic)
    return render(
        "platforms/signatures.html",
        swap=FOUND,
        status=status,
        form=form,
        topic=topic,
        candidates=found,
        search=text,
        cosigners=queries.cosigners(topic.id),
        support=queries.support_of(topic),
        open=topic.state in policy.CO_SIGNABLE,
    )
