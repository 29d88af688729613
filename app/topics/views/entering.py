"""Staff and grid workers enter a topic for a resident, a unit or the Party organisation."""

from __future__ import annotations

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from app.core.access import Capability, Role, requires
from app.core.arguments import id_argument, text_argument
from app.core.db import db
from app.core.forms import offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.people.interface import Choice, offer_people, units_of
from app.places.interface import communities, reached_community
from app.places.models import Place
from app.topics.forms import EntryForm
from app.topics.models import Topic, TopicSource
from app.topics.queries import similar as queries
from app.topics.services import topics as services
from app.topics.views import bp
from app.topics.views.raising import SIMILAR, offer_buildings, what_it_says

ENTER = Capability.ENTER_TOPIC


@bp.get("/topics/enter")
@requires(ENTER)
def new_entry() -> Response:
    community = reached_community(actor(), ENTER, id_argument("community"))
    usual = TopicSource.GRID if actor().has_role(Role.GRID) else TopicSource.OPINION_POINT
    form = EntryForm(request.args, source=usual)
    return _page(form, community, _offer(form, community), 200)


@bp.post("/topics/enter")
@requires(ENTER)
def enter_topic() -> Response:
    community = reached_community(actor(), ENTER, id_argument("community"))
    form = EntryForm()
    people = _offer(form, community)
    if "find" in request.form:
        return _page(form, community, people, 200)
    if not form.accepts(lambda: _enter(form, community)):
        return _page(form, community, people, 422)
    db.session.commit()
    flash(_("Topic %(number)s has been entered.", number=form.result.number))
    return see_other(url_for("topics.show", topic_id=form.result.id))


def _enter(form: EntryForm, community: Place) -> Topic:
    topic = services.raise_topic(
        actor(),
        community_id=community.id,
        source=form.source.data,
        author_id=form.author_id.data,
        unit_id=form.unit_id.data,
        sensitive=form.sensitive.data,
        concerned_ids=form.concerned_ids.data,
        **what_it_says(form),
    )
    if "draft" not in request.form:
        services.submit(actor(), topic)
    return topic


def _offer(form: EntryForm, community: Place) -> Choice:
    """Offer units and people."""
    units = units_of(community.id)
    form.unit_id.choices = offered(units, blank=_("– none –"))
    form.concerned_ids.choices = offered(units)
    return offer_people(form.author_id, ENTER, community.id)


def _page(form: EntryForm, community: Place, people: Choice, status: int) -> Response:
    title = form.title.data or text_argument("title")
    return render(
        "topics/enter.html",
        swap=SIMILAR | people.swap,
        status=status,
        form=form,
        community=community,
        community_tabs=[
            (row.name, url_for("topics.new_entry", community=row.id), row.id == community.id)
            for row in communities(actor(), ENTER)
        ],
        buildings=offer_buildings(form, community),
        people=people,
        similar=queries.similar_topics(actor(), community.id, title),
    )
