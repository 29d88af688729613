"""A resident raises a topic, changes it while it is theirs, and hands it in."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.arguments import id_argument, text_argument
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.core.forms import Form
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.places.interface import reached_community
from app.places.models import Level, Place
from app.platforms import interface as platforms
from app.topics import policy
from app.topics.forms import EditForm, NewTopicForm, TopicForm
from app.topics.models import Topic
from app.topics.queries import sight, similar, topics
from app.topics.services import topics as services
from app.topics.views import bp

RAISE = Capability.RAISE_TOPIC
ENTER = Capability.ENTER_TOPIC
SIMILAR = {"similar": "topics/_similar.html"}


@bp.get("/topics/new")
@requires(RAISE)
def new_topic() -> Response:
    community = reached_community(actor(), RAISE, id_argument("community"))
    return _new_page(NewTopicForm(), community, 200)


@bp.post("/topics/new")
@requires(RAISE)
def raise_topic() -> Response:
    community = reached_community(actor(), RAISE, id_argument("community"))
    form = NewTopicForm()
    offer_buildings(form, community)
    if not form.accepts(lambda: _raise(form, community)):
        return _new_page(form, community, 422)
    db.session.commit()
    say_what_is_next(form.result)
    return see_other(url_for("topics.show", topic_id=form.result.id))


@bp.get("/topics/<int:topic_id>/edit")
@requires(RAISE, ENTER)
def edit_topic(topic_id: int) -> Response:
    topic = _own(topic_id)
    if not policy.may_edit(actor(), topic):
        flash(_("What was submitted can't be changed any more."), "warning")
        return see_other(url_for("topics.show", topic_id=topic_id))
    buildings = [building.id for building in topics.buildings_of(topic.id)]
    return _edit_page(EditForm(obj=topic, data={"building_ids": buildings}), topic, 200)


@bp.post("/topics/<int:topic_id>/edit")
@requires(RAISE, ENTER)
def change_topic(topic_id: int) -> Response:
    topic = _own(topic_id)
    form = EditForm()
    offer_buildings(form, db.session.get_one(Place, topic.community_id))
    if not form.accepts(lambda: _change(form, topic)):
        return _edit_page(form, topic, 422)
    db.session.commit()
    say_what_is_next(topic)
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/submit")
@requires(RAISE, ENTER)
def submit(topic_id: int) -> Response:
    topic = _own(topic_id)
    services.submit(actor(), topic)
    db.session.commit()
    say_what_is_next(topic)
    return see_other(url_for("topics.show", topic_id=topic_id))


def offer_buildings(form: Form, community: Place) -> list[Any]:
    """The community's buildings as choices; returned by the estate they are in."""
    buildings = platforms.parts_of(community.id, Level.BUILDING)
    form["building_ids"].choices = [(building.id, building.name) for building in buildings]
    return list(buildings)


def say_what_is_next(topic: Topic) -> None:
    if policy.can(topic, "submit"):
        flash(_("Saved as a draft. Only you can see it until you submit it."), "info")
    else:
        flash(_("Submitted. The community's staff will look at it and you will be told."))


def _raise(form: TopicForm, community: Place) -> Topic:
    who = actor()
    if who.person_id is None:
        raise Refused(_l("Your account belongs to no resident, so nobody could be the author."))
    topic = services.raise_topic(
        who, community_id=community.id, author_id=who.person_id, **what_it_says(form)
    )
    if "draft" not in request.form:
        services.submit(who, topic)
    return topic


def _change(form: EditForm, topic: Topic) -> None:
    services.edit_topic(actor(), topic, version=form.version.data, **what_it_says(form))
    if "draft" not in request.form:
        services.submit(actor(), topic)


def what_it_says(form: Form) -> dict[str, Any]:
    said = {name: form[name].data or "" for name in ("title", "body", "wish")}
    return said | {"building_ids": form["building_ids"].data}


def _own(topic_id: int) -> Topic:
    """The topic if the actor raised or entered it, else NotFoundError."""
    topic = sight.topic_seen_by(actor(), topic_id)
    if not policy.wrote(actor(), topic):
        raise NotFoundError
    return topic


def _new_page(form: TopicForm, community: Place, status: int) -> Response:
    title = form.title.data or text_argument("title")
    return render(
        "topics/new.html",
        swap=SIMILAR,
        status=status,
        form=form,
        community=community,
        buildings=offer_buildings(form, community),
        similar=similar.similar_topics(actor(), community.id, title),
    )


def _edit_page(form: EditForm, topic: Topic, status: int) -> Response:
    community = db.session.get_one(Place, topic.community_id)
    return render(
        "topics/edit.html",
        status=status,
        form=form,
        topic=topic,
        buildings=offer_buildings(form, community),
    )
