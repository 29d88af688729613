"""The venues: where they are, when they are open, who must be invited."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, requires
from app.core.arguments import id_argument, member_argument, page_argument
from app.core.db import db
from app.core.guard import actor
from app.core.htmx import render, see_other
from app.core.i18n import gettext as _
from app.core.labels import label
from app.core.paging import paged
from app.people.interface import Choice, offer_people
from app.people.models import UnitKind
from app.places.interface import communities, reached_community
from app.places.models import Place
from app.platforms import policy, queries, services
from app.platforms.forms import EditPlatformForm, NewPlatformForm, PlatformForm
from app.platforms.models import PLATFORM_KIND_ABOUT, Platform, PlatformKind

bp = Blueprint("platforms", __name__)
MANAGE = Capability.MANAGE_PLATFORMS
READERS = (MANAGE, Capability.SEE_TOPICS, Capability.RAISE_TOPIC)


@bp.get("/platforms")
@requires(*READERS)
def index() -> Response:
    ended, today = request.args.get("ended") == "1", clock.today()
    return render(
        "platforms/index.html",
        page=paged(queries.platforms_for(actor(), today, ended=ended), page_argument()),
        ended=ended,
        today=today,
        may_manage=actor().may(MANAGE),
    )


@bp.get("/platforms/<int:platform_id>")
@requires(*READERS)
def platform(platform_id: int) -> Response:
    found = queries.platform_seen_by(actor(), platform_id)
    community = db.session.get_one(Place, found.community_id)
    return render(
        "platforms/show.html",
        platform=found,
        community=community,
        running=policy.is_running(found, clock.today()),
        may_manage=actor().may_at(MANAGE, community.path),
        works=policy.works_there(actor(), community.path),
    )


@bp.get("/platforms/new")
@requires(MANAGE)
def new_platform() -> Response:
    """First the kind is chosen: it says which parties have to be invited."""
    community = reached_community(actor(), MANAGE, id_argument("community"))
    kind = member_argument("kind", PlatformKind)
    if kind is None:
        return render(
            "platforms/kinds.html",
            community=community,
            kinds=_kinds(),
            about=PLATFORM_KIND_ABOUT,
            tabs=_tabs(community),
        )
    form = NewPlatformForm(
        request.args if "HX-Target" in request.headers else None,
        kind=kind,
        parties=[party.value for party in policy.USUAL_PARTIES[kind]],
        place_id=community.id,
        opened_on=clock.today(),
    )
    return _form_page(form, community, _offer(form, community), 200)


@bp.post("/platforms/new")
@requires(MANAGE)
def open_platform() -> Response:
    community = reached_community(actor(), MANAGE, id_argument("community"))
    form = NewPlatformForm()
    people = _offer(form, community)
    if "find" in request.form:
        return _form_page(form, community, people, 200)
    if not form.accepts(
        lambda: services.open_platform(
            actor(),
            community_id=community.id,
            opened_on=form.opened_on.data,
            **_entered(form),
        )
    ):
        return _form_page(form, community, people, 422)
    db.session.commit()
    flash(_("%(name)s is set up.", name=form.result.name))
    return see_other(url_for("platforms.platform", platform_id=form.result.id))


@bp.get("/platforms/<int:platform_id>/edit")
@requires(MANAGE)
def edit_platform(platform_id: int) -> Response:
    found = queries.platform_in_reach(actor(), MANAGE, platform_id)
    form = EditPlatformForm(request.args if "HX-Target" in request.headers else None, obj=found)
    form.parties.data = [party.unit_kind.value for party in found.parties]
    community = db.session.get_one(Place, found.community_id)
    return _form_page(form, community, _offer(form, community), 200, found)


@bp.post("/platforms/<int:platform_id>/edit")
@requires(MANAGE)
def change_platform(platform_id: int) -> Response:
    found = queries.platform_in_reach(actor(), MANAGE, platform_id)
    community = db.session.get_one(Place, found.community_id)
    form = EditPlatformForm()
    people = _offer(form, community)
    if "find" in request.form:
        return _form_page(form, community, people, 200, found)
    if not form.accepts(
        lambda: services.edit_platform(actor(), found, version=form.version.data, **_entered(form))
    ):
        return _form_page(form, community, people, 422, found)
    db.session.commit()
    flash(_("Saved."))
    return see_other(url_for("platforms.platform", platform_id=platform_id))


@bp.post("/platforms/<int:platform_id>/end")
@requires(MANAGE)
def end_platform(platform_id: int) -> Response:
    found = queries.platform_in_reach(actor(), MANAGE, platform_id)
    services.end_platform(actor(), found)
    db.session.commit()
    flash(
        _("%(name)s is no longer in use. No meeting is convened there any more.", name=found.name)
    )
    return see_other(url_for("platforms.platform", platform_id=platform_id))


def _kinds() -> list[tuple[PlatformKind, str]]:
    """Each kind with the parties that have to be invited to it."""
    parties = {
        kind: "、".join(label(party) for party in UnitKind if party in policy.USUAL_PARTIES[kind])
        for kind in PlatformKind
    }
    return list(parties.items())


def _tabs(community: Place) -> list[tuple[str, str, bool]]:
    return [
        (row.name, url_for("platforms.new_platform", community=row.id), row.id == community.id)
        for row in communities(actor(), MANAGE)
    ]


def _entered(form: PlatformForm) -> dict[str, Any]:
    names = ("name", "kind", "place_id", "venue", "responsible_id")
    return {name: form[name].data for name in names} | {
        "opening_hours": form.opening_hours.data or "",
        "parties": [UnitKind(value) for value in form.parties.data],
    }


def _offer(form: PlatformForm, community: Place) -> Choice:
    """Offer the community's parts and its people."""
    parts = queries.parts_of(community.id)
    form.place_id.choices = [(part.id, f"{label(part.level)} · {part.name}") for part in parts]
    return offer_people(form.responsible_id, Capability.SEE_PEOPLE, community.id)


def _form_page(
    form: PlatformForm,
    community: Place,
    people: Choice,
    status: int,
    platform: Platform | None = None,
) -> Response:
    return render(
        "platforms/form.html",
        swap=people.swap,
        status=status,
        form=form,
        community=community,
        platform=platform,
        people=people,
    )
