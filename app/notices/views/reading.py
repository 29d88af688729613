"""The list, and one notice on the screen and on paper."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.core import clock
from app.core.access import Capability, public, signed_in
from app.core.arguments import member_argument, page_argument
from app.core.db import db
from app.core.guard import actor, visitor
from app.core.htmx import render
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.notices import policy, queries
from app.notices.models import NOTICE_KIND_LABELS, Notice, NoticeKind
from app.notices.views import bp
from app.places.models import Place

STATES = ("running", "ended", "objections", "withdrawn")


@bp.app_template_filter()
def notice_heading(title: str) -> str:
    """The heading of the sheet: 关于……的公示, unless the title says so itself."""
    if title.startswith("关于") or title.endswith(("公示", "公告")):
        return title
    return _("Notice on %(title)s", title=title)


@bp.get("/notices")
@signed_in
def index() -> Response:
    who = actor()
    state = request.args.get("state") if request.args.get("state") in STATES else None
    kind = member_argument("kind", NoticeKind)
    notices = queries.notices_for(who, clock.today(), state=state, kind=kind)
    return render(
        "notices/index.html",
        notices=paged(notices, page_argument()),
        state=state,
        kind=kind,
        all_kinds=[(member.value, label) for member, label in NOTICE_KIND_LABELS.items()],
        several=len(who.grants) > 1 or not who.community_id,
        may_publish=who.may(Capability.PUBLISH_NOTICE),
        answers=who.may(Capability.ANSWER_OBJECTION),
        may_rule=who.may(Capability.MANAGE_RULES),
    )


@bp.get("/notices/<int:notice_id>")
@public
def show(notice_id: int) -> Response:
    return render("notices/show.html", **page_of(queries.notice(visitor(), notice_id)))


@bp.get("/notices/<int:notice_id>/print")
@public
def print_notice(notice_id: int) -> Response:
    return render("notices/print.html", **page_of(queries.notice(visitor(), notice_id)))


@bp.get("/notices/<int:notice_id>/result")
@public
def result(notice_id: int) -> Response:
    """The sheet that follows a notice: whether there were objections and what came of them."""
    return render("notices/result.html", **page_of(queries.notice(visitor(), notice_id)))


def page_of(notice: Notice) -> dict[str, Any]:
    """What every page about one notice shows. The names of those who objected are for those
    who answer them, their words also for those who oversee; everybody else sees masked names and
    the answers."""
    reader, today = visitor(), clock.today()
    community = db.session.get_one(Place, notice.community_id)
    may_publish = bool(reader and reader.may_at(Capability.PUBLISH_NOTICE, community.path))
    objections = queries.objections_to(notice.id)
    return {
        "notice": notice,
        "community": community,
        "objections": objections,
        "reads_text": policy.reads_text(reader, notice, community.path),
        "unanswered": sum(objection.answered_at is None for objection in objections),
        "upheld": sum(objection.upheld is True for objection in objections),
        "running": policy.is_running(notice, today),
        "has_run": policy.has_run(notice, today),
        "days_left": policy.days_left(notice, today),
        "may_object": policy.may_object(reader, notice, community.path, today),
        "may_answer": bool(reader and reader.may_at(Capability.ANSWER_OBJECTION, community.path)),
        "may_withdraw": may_publish and not policy.stays_public(notice),
        "may_correct": may_publish and not (notice.withdrawn_at and queries.is_replaced(notice)),
        "reads_objections": policy.reads_objections(reader, community.path),
        "reader": reader,
    }
