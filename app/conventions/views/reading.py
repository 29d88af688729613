"""The pages to read: the list, a convention, a version, two versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.conventions import policy
from app.conventions.forms import (
    AnswerForm,
    CommentForm,
    EnteredOpinionForm,
    FilingForm,
    HangForm,
    OpinionForm,
    PointOutForm,
    PublishForm,
    RepealForm,
    ReviewForm,
    VoteForm,
)
from app.conventions.models import (
    CONVENTION_KIND_LABELS,
    VERDICT_LABELS,
    Convention,
    ConventionKind,
    ConventionVersion,
)
from app.conventions.queries import deciding, opinions, texts
from app.conventions.states import VERSION_STATE_LABELS, VersionState
from app.conventions.text import Finding, chinese_number, compare, findings
from app.conventions.views import bp
from app.core import clock
from app.core.access import public, requires
from app.core.arguments import id_argument, member_argument, page_argument
from app.core.errors import NotFoundError
from app.core.formats import full_moment
from app.core.forms import offered
from app.core.guard import actor, visitor
from app.core.htmx import render
from app.core.i18n import gettext as _
from app.core.paging import paged
from app.meetings.interface import may_read as may_read_meeting
from app.meetings.interface import quorum_lost
from app.notices import interface as notices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from app.conventions.models import Clause
    from app.meetings.interface import LostQuorum
    from app.places.models import Place

bp.add_app_template_filter(chinese_number)
bp.add_app_template_filter(policy.standing)
bp.add_app_template_filter(policy.filed_late)

# The way a version goes, for the steps shown at the top of its page.
WAY = [
    VersionState.DRAFTING, VersionState.PUBLIC_COMMENT, VersionState.UNDER_REVIEW, VersionState.REVIEWED,
    VersionState.VOTING, VersionState.ADOPTED, VersionState.FILED, VersionState.IN_FORCE,
]  # fmt: skip
_SIDEWAYS = {
    VersionState.RETURNED: VersionState.UNDER_REVIEW,
    VersionState.REJECTED: VersionState.VOTING,
    VersionState.SUPERSEDED: VersionState.IN_FORCE,
    VersionState.REPEALED: VersionState.IN_FORCE,
}


@bp.get("/conventions")
@requires(*texts.READERS)
def index() -> Response:
    kind = member_argument("kind", ConventionKind)
    state = member_argument("state", VersionState)
    page = paged(texts.visible(actor(), kind=kind, state=state), page_argument())
    return render(
        "conventions/index.html",
        page=page,
        kind=kind,
        state=state,
        kinds=CONVENTION_KIND_LABELS,
        states=VERSION_STATE_LABELS,
    )


@bp.get("/conventions/<int:convention_id>")
@public
def show(convention_id: int) -> Response:
    """The text in force, or the newest there is to see."""
    return convention_page(convention_id)


def convention_page(
    convention_id: int, status: int = 200, repeal_form: RepealForm | None = None
) -> Response:
    convention, community = texts.convention(convention_id)
    seen = _readable(texts.versions_of(convention.id), community)
    published = (v for v in seen if v.state in policy.PUBLISHED)
    today = clock.today()
    current = next((v for v in seen if policy.in_effect(v, today)), next(published, seen[0]))
    manages = policy.may_manage(visitor(), community.path)
    return render(
        "conventions/show.html",
        status=status,
        convention=convention,
        community=community,
        versions=seen,
        current=current,
        clauses=texts.clauses_of(current.id),
        manages=manages,
        in_effect=policy.in_effect(current, today),
        lost=_quorum_lost(current, works=manages),
        repeal_form=(repeal_form or with_decisions(RepealForm(), convention)) if manages else None,
    )


@bp.get("/conventions/<int:convention_id>/versions/<int:number>")
@public
def version(convention_id: int, number: int) -> Response:
    return version_page(convention_id, number)


def version_page(convention_id: int, number: int, status: int = 200, **forms: Any) -> Response:
    """A version with everything that can be done with it; `forms` are those with errors."""
    convention, community = texts.convention(convention_id)
    shown = texts.version_of(convention.id, number)
    who = visitor()
    if not policy.may_read(who, shown, community.path):
        raise NotFoundError
    clauses = texts.clauses_of(shown.id)
    manages = policy.may_manage(who, community.path)
    reviews = policy.may_review(who, community.path)
    works = manages or reviews
    item = deciding.item_of(shown) if shown.item_id else None
    return render(
        "conventions/version.html",
        status=status,
        convention=convention,
        version=shown,
        clauses=clauses,
        opinions=paged(opinions.opinions_of(shown.id), page_argument()),
        steps=texts.steps_of(shown.id),
        way=way_of(shown),
        findings=_findings(shown, clauses) if works and not shown.digest else [],
        manages=manages,
        renamable=policy.seen_by_nobody(shown),
        reviews=reviews,
        works=works,
        may_give_opinion=policy.may_give_opinion(who, shown, community.path),
        filing_due=policy.filing_due(shown),
        to_take_up=len(opinions.not_in_text(shown.id)) if manages else 0,
        open_for_comment=policy.open_for_comment(shown, clock.today()),
        takes_up=manages and policy.takes_up_opinions(shown),
        review_is_past=policy.review_is_past(shown),
        notice=texts.notice_of(shown.id) if manages else None,
        lost=_quorum_lost(shown, works=works),
        meeting=item.meeting if item else None,
        meeting_is_open=item is not None and may_read_meeting(who, item.meeting_id),
        undecided=item is not None and deciding.undecided(shown),
        voted=manages and deciding.is_voted_on(shown),
        missing=opinions.missing_for_review(shown) if manages else [],
        deciding=policy.USUALLY_DECIDING[convention.kind],
        comment_days=policy.COMMENT_DAYS,
        verdicts=VERDICT_LABELS,
        **_empty_forms(convention, clauses, manages=manages) | forms,
    )


def _quorum_lost(version: ConventionVersion, *, works: bool) -> list[LostQuorum]:
    """The lost quorum of the meeting that decided on it, for readers who work with the version."""
    lost = quorum_lost(version.item_id) if works and version.item_id else None
    return [lost] if lost else []


def _empty_forms(
    convention: Convention, clauses: Sequence[Clause], *, manages: bool
) -> dict[str, Any]:
    contact = notices.last_contact(convention.community_id) if manages else ""
    return {
        "opinion_form": about_clauses(EnteredOpinionForm() if manages else OpinionForm(), clauses),
        "answer_form": AnswerForm(),
        "point_form": named_clause(PointOutForm(), clauses),
        "comment_form": CommentForm(),
        "review_form": ReviewForm(),
        "vote_form": with_meetings(VoteForm(), convention) if manages else None,
        "filing_form": FilingForm(),
        "publish_form": PublishForm(contact=contact),
        "hang_form": HangForm(contact=contact),
    }


def with_decisions(form: RepealForm, convention: Convention) -> RepealForm:
    """The form, offering what meetings have voted through that may be the convention's repeal."""
    form.decision.choices = offered(
        (row.id, f"{row.meeting}：{row.title}") for row in deciding.decisions_to_repeal(convention)
    )
    return form


def _findings(version: ConventionVersion, clauses: Sequence[Clause]) -> list[Finding]:
    kind = version.convention.kind
    return findings(kind, version.preamble, version.legal_basis, clauses)


@bp.get("/conventions/<int:convention_id>/compare")
@public
def compare_versions(convention_id: int) -> Response:
    convention, community = texts.convention(convention_id)
    seen = _readable(texts.versions_of(convention.id), community)
    if len(seen) < 2:  # noqa: PLR2004 - comparing takes two
        raise NotFoundError
    newer = _chosen(seen, id_argument("newer"), seen[0])
    older = _chosen(seen, id_argument("older"), seen[1])
    if older.number > newer.number:
        older, newer = newer, older
    return render(
        "conventions/compare.html",
        convention=convention,
        versions=seen,
        older=older,
        newer=newer,
        differences=list(compare(texts.clauses_of(older.id), texts.clauses_of(newer.id))),
    )


@bp.get("/conventions/<int:convention_id>/versions/<int:number>/print")
@public
def print_version(convention_id: int, number: int) -> Response:
    convention, community = texts.convention(convention_id)
    shown = texts.version_of(convention.id, number)
    if not policy.may_read(visitor(), shown, community.path):
        raise NotFoundError
    return render(
        "print/convention.html",
        item=deciding.item_of(shown) if shown.adopted_on else None,
        convention=convention,
        community=community,
        version=shown,
        clauses=texts.clauses_of(shown.id),
    )


def way_of(version: ConventionVersion) -> list[tuple[str, str]]:
    """Steps for `ui.steps`: where the version is, and where it stopped if it did. Residents stay
    asked while the text is being revised by what they said."""
    state = version.state
    asked = VersionState.PUBLIC_COMMENT if version.comment_until else None
    here = WAY.index(_SIDEWAYS.get(state, state))
    stopped = state in _SIDEWAYS

    def mark(position: int) -> str:
        if position < here or (position > here and WAY[position] is asked):
            return "done"
        if position > here:
            return "todo"
        return "stopped" if stopped else "current"

    return [(str(VERSION_STATE_LABELS[step]), mark(position)) for position, step in enumerate(WAY)]


def _readable(versions: Sequence[ConventionVersion], community: Place) -> list[ConventionVersion]:
    """Those of the versions that the visitor may read; NotFoundError if there are none."""
    seen = [v for v in versions if policy.may_read(visitor(), v, community.path)]
    if not seen:
        raise NotFoundError
    return seen


def _chosen(
    versions: list[ConventionVersion], number: int | None, otherwise: ConventionVersion
) -> ConventionVersion:
    return next((v for v in versions if v.number == number), otherwise)


def about_clauses(form: OpinionForm, clauses: Sequence[Clause]) -> OpinionForm:
    """The form, offering the clauses an opinion can be about."""
    form.clause.choices = offered(_numbered(clauses), blank=_("The whole"))
    return form


def named_clause(form: PointOutForm, clauses: Sequence[Clause]) -> PointOutForm:
    """The form, offering the clauses of which one has to be named."""
    form.clause.choices = offered(_numbered(clauses), blank="")
    return form


def _numbered(clauses: Sequence[Clause]) -> list[tuple[int, str]]:
    return [
        (clause.id, _("Clause %(number)s", number=clause.position) + " " + clause.heading)
        for clause in clauses
    ]


def with_meetings(form: VoteForm, convention: Convention) -> VoteForm:
    """The form, offering the meetings that may decide on the convention."""
    form.meeting.choices = offered(
        (meeting.id, f"{meeting.title}{_(' (%(name)s)', name=full_moment(meeting.starts_at))}")
        for meeting in deciding.meetings_to_decide(convention)
    )
    return form
