"""The public's turn: a draft hangs for comment, every opinion gets an answer with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.audit import interface as audit
from app.conventions import policy
from app.conventions.models import TAKEN_UP, Clause, ConventionVersion, Opinion, Verdict
from app.conventions.queries import opinions, texts
from app.conventions.services.steps import step
from app.conventions.text import full_text
from app.core import clock
from app.core.db import db, hold
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.inbox import interface as inbox
from app.places.models import Place

if TYPE_CHECKING:
    from app.core.access import Actor
    from app.people.models import Person


def open_comment(actor: Actor, version: ConventionVersion, *, until: date) -> None:
    """Ask the public; `until` is the last day. Refused without a clause, for less than
    `policy.COMMENT_DAYS` or more than `policy.LONGEST_COMMENT_DAYS` days, or if it is not a draft."""
    if not texts.clauses_of(version.id):
        raise Refused(_l("There is no clause to comment on yet."))
    if until < clock.today() + timedelta(days=policy.COMMENT_DAYS):
        raise Refused(
            _l("Give residents at least %(days)s days.", days=policy.COMMENT_DAYS), field="until"
        )
    if until > clock.today() + timedelta(days=policy.LONGEST_COMMENT_DAYS):
        raise Refused(
            _l("Comments are taken for %(days)s days at most.", days=policy.LONGEST_COMMENT_DAYS),
            field="until",
        )
    version.comment_until = until
    step(actor, version, "open_comment", text=full_text(version.convention.title, version))


def give_opinion(
    actor: Actor,
    version: ConventionVersion,
    *,
    text: str,
    clause: Clause | None,
    person: Person | None,
    name: str | None = None,
) -> Opinion:
    """Give an opinion as a resident, or enter one as staff for a resident: `person`, or else `name`.
    Refused when opinions are not taken, without a name, or if the same was said already."""
    hold(version)  # so that a form sent twice comes one after the other
    community = db.session.get_one(Place, version.convention.community_id)
    if not policy.may_give_opinion(actor, version, community.path):
        raise Refused(_l("Opinions are not being collected any more."))
    said_by = person.name if person else name
    if not said_by:
        raise Refused(_l("Whose opinion is it?"), field="name")
    if opinions.said_already(version.id, said_by, text):
        raise Refused(_l("We already have this opinion."), field="text")
    opinion = Opinion(
        version_id=version.id,
        clause_id=clause.id if clause else None,
        person_id=person.id if person else None,
        name=said_by,
        text=text,
        entered_by_id=actor.id,
    )
    db.session.add(opinion)
    db.session.flush()
    audit.record(
        actor,
        "convention.opinion",
        kind="opinion",
        id=opinion.id,
        path=version.convention.place.path,
    )
    return opinion


def answer_opinion(
    actor: Actor,
    opinion: Opinion,
    *,
    verdict: Verdict,
    reason: str,
    said_already: bool = False,
    was: Verdict | None = None,
) -> None:
    """Say what became of an opinion. `was` is the answer that this one replaces; the trail keeps
    both. Refused if the opinion has another answer than `was` or can't be answered any more, and
    without a reason unless it is wholly taken up by a change of the text."""
    version = _held(opinion)
    if opinion.verdict != was or not policy.may_answer(version, opinion):
        raise Refused(_l("This opinion has been answered already."))
    if said_already and verdict not in TAKEN_UP:
        raise Refused(_l("What the text says already counts as taken up."), field="verdict")
    if (said_already or verdict is not Verdict.ADOPTED) and not reason:
        raise Refused(_l("Give the reason."), field="reason")
    opinion.verdict, opinion.reason = verdict, reason
    opinion.answered_by_id, opinion.answered_at = actor.id, clock.now()
    opinion.in_text_at = opinion.answered_at if said_already else None
    db.session.flush()
    if opinion.person_id:
        inbox.tell(
            key=f"opinion:{opinion.id}:answered:{opinion.answered_at.isoformat()}",
            text=Phrase(
                marked("Your opinion on “%(convention)s” has been answered"),
                convention=version.convention.title,
            ),
            url=f"/conventions/{version.convention_id}/versions/{version.number}",
            people=[opinion.person_id],
        )
    audit.record(
        actor,
        "convention.answer_opinion",
        kind="opinion",
        id=opinion.id,
        path=version.convention.place.path,
        verdict=verdict.value,
        reason=reason,
        was=was and was.value,
    )


def point_out(actor: Actor, opinion: Opinion, *, clause: Clause) -> None:
    """Name the clause that says what an opinion asked for, without changing it. Refused if opinions
    can't get into the text any more, or this one was not taken up."""
    version = _held(opinion)
    if not policy.takes_up_opinions(version):
        raise Refused(_l("The text can only be changed while it is being drafted."))
    put_in_text(version, opinion, clause)
    db.session.flush()
    audit.record(
        actor,
        "convention.point_out",
        kind="opinion",
        id=opinion.id,
        path=version.convention.place.path,
        clause=clause.id,
    )


def _held(opinion: Opinion) -> ConventionVersion:
    """Lock the opinion's version, so that it does not go to the street office meanwhile, and then
    the opinion. Services that change the text lock in the same order: there is no deadlock."""
    version = db.session.get_one(ConventionVersion, opinion.version_id)
    hold(version)
    hold(opinion)
    return version


def put_in_text(version: ConventionVersion, opinion: Opinion | None, clause: Clause | None) -> None:
    """Note that the text now says in that clause what this opinion asked for, if there is one.
    Refused if the opinion is about another version or was not taken up."""
    if opinion is None:
        return
    if opinion.version_id != version.id or opinion.verdict not in TAKEN_UP:
        raise Refused(_l("Only an opinion that was taken up gets into the text."), field="takes_up")
    opinion.in_text_at = clock.now()
    opinion.in_text_clause_id = clause.id if clause else None
