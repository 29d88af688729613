"""What staff decide about a topic: take it up, send it back, merge it, rule it out."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.core import clock
from app.core.access import Capability, requires
from app.core.db import db
from app.core.errors import NotFoundError
from app.core.forms import Form, offered
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.people.interface import units_of
from app.platforms import interface as platforms_there
from app.platforms.models import Platform
from app.topics import policy
from app.topics.forms import AcceptanceForm, ConcernedForm, MergerForm, ReasonForm, UnitsForm
from app.topics.models import Topic
from app.topics.queries import sight, similar, topics
from app.topics.services import screening as services
from app.topics.views import bp
from app.topics.views.topics import page_of

SCREEN = Capability.SCREEN_TOPIC
Units = TypeVar("Units", bound=ConcernedForm)


@bp.get("/topics/<int:topic_id>/screen")
@requires(SCREEN)
def screen(topic_id: int) -> Response:
    return _page(_topic(topic_id), 200)


@bp.post("/topics/<int:topic_id>/accept")
@requires(SCREEN)
def accept(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = _with_platforms(AcceptanceForm(prefix="accept"), topic)
    if not form.accepts(
        lambda: services.accept(
            actor(),
            topic,
            content_class=form.content_class.data,
            platform=db.session.get(Platform, form.platform_id.data or 0),
            sensitive=form.sensitive.data,
            concerned_ids=form.concerned_ids.data,
        )
    ):
        return _page(topic, 422, accepting=form)
    db.session.commit()
    flash(_("Accepted. It can now be put on an agenda; its author has been told."))
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.get("/topics/<int:topic_id>/units")
@requires(SCREEN)
def units(topic_id: int) -> Response:
    topic = _topic(topic_id)
    return _units_page(_with_units(UnitsForm(obj=topic, data=_concerned(topic)), topic), topic, 200)


@bp.post("/topics/<int:topic_id>/units")
@requires(SCREEN)
def name_units(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = _with_units(UnitsForm(), topic)
    if not form.accepts(
        lambda: services.name_units(
            actor(), topic, version=form.version.data, unit_ids=form.concerned_ids.data
        )
    ):
        return _units_page(form, topic, 422)
    db.session.commit()
    flash(_("Saved. These units have to be invited where the topic is deliberated."))
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/return")
@requires(SCREEN)
def return_topic(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = ReasonForm(prefix="return")
    if not form.accepts(lambda: services.return_topic(actor(), topic, reason=form.reason.data)):
        return _page(topic, 422, returning=form)
    db.session.commit()
    flash(_("Returned; its author has been told why."))
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/rule-out")
@requires(SCREEN)
def rule_out(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = ReasonForm(prefix="rule_out")
    if not form.accepts(lambda: services.rule_out(actor(), topic, reason=form.reason.data)):
        return _page(topic, 422, ruling_out=form)
    db.session.commit()
    flash(_("Ruled out; its author has been told why."))
    return see_other(url_for("topics.show", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/merge")
@requires(SCREEN)
def merge(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = _with_targets(MergerForm(prefix="merge"), topic)
    if not form.accepts(lambda: services.merge(actor(), topic, into=_target(form.into_id.data))):
        return _page(topic, 422, merging=form)
    db.session.commit()
    flash(_("Merged. Both authors and everybody who signed will be told what comes of it."))
    return see_other(url_for("topics.show", topic_id=topic_id))


def _topic(topic_id: int) -> Topic:
    return sight.topic_in_reach(actor(), SCREEN, topic_id)


def _target(topic_id: int | None) -> Topic:
    if topic_id is None:
        raise NotFoundError
    return _topic(topic_id)


def _with_platforms(form: AcceptanceForm, topic: Topic) -> AcceptanceForm:
    running = platforms_there.running_platforms(topic.community_id, clock.today())
    platforms = [(platform.id, platform.name) for platform in running]
    form.platform_id.choices = offered(platforms, blank=_("– decided later –"))
    _with_units(form, topic)
    # No class is the usual one: staff have to choose.
    form.content_class.choices = [
        SelectChoice("", _("– choose –")),
        *form.content_class.choices,
    ]
    return form


def _with_units(form: Units, topic: Topic) -> Units:
    """Offer the units of the community, and those named before that have ended since."""
    named = {row.id: row.name for row in topics.units_concerned(topic.id)}
    form.concerned_ids.choices = list((named | dict(offered(units_of(topic.community_id)))).items())
    return form


def _concerned(topic: Topic) -> dict[str, Any]:
    return {"concerned_ids": topics.concerned_ids(topic.id)}


def _units_page(form: UnitsForm, topic: Topic, status: int) -> Response:
    return render("topics/units.html", status=status, form=form, topic=topic)


def _with_targets(form: MergerForm, topic: Topic) -> MergerForm:
    targets = similar.merge_targets(topic)
    form.into_id.choices = offered(
        ((other.id, f"{other.number} {other.title}") for other in targets), blank=_("– choose –")
    )
    return form


def _page(topic: Topic, status: int, **refused: Form) -> Response:
    """The four decisions on one page; the one that was refused stands open with its errors."""
    given: dict[str, Any] = {
        "accepting": AcceptanceForm(
            None, prefix="accept", sensitive=topic.sensitive, data=_concerned(topic)
        ),
        "returning": ReasonForm(None, prefix="return"),
        "ruling_out": ReasonForm(None, prefix="rule_out"),
        "merging": MergerForm(None, prefix="merge"),
        "may_accept": policy.may_accept(actor(), topic),
    }
    given |= refused
    if "accepting" not in refused:
        _with_platforms(given["accepting"], topic)
    if "merging" not in refused:
        _with_targets(given["merging"], topic)
    return render(
        "topics/screen.html", status=status, open=next(iter(refused), None), **given,
        **page_of(topic),
    )  # fmt: skip
