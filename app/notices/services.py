"""Publishing and withdrawing notices, objecting to them and answering objections."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts import interface as accounts
from app.accounts.models import User
from app.audit import interface as audit
from app.core import clock, workdays
from app.core.access import Actor
from app.core.dated import in_force
from app.core.db import db, flushing, hold
from app.core.errors import NotFoundError, Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.core.masking import private_numbers
from app.core.numbering import number_of_year
from app.inbox import interface as inbox
from app.notices import policy
from app.notices.models import Notice, NoticeKind, NoticeRule, Objection
from app.people.interface import checked_phone, look_at
from app.people.models import Person
from app.places.interface import may_change_general
from app.places.models import Place

LONGEST_DAYS = 365
LAWFUL_DAYS = 15  # 2025 law, art. 34


def publish(
    actor: Actor,
    *,
    community_id: int,
    kind: NoticeKind,
    title: str,
    body: str,
    days: int | None = None,
    contact: str,
    basis: str = "",
    subject_kind: str | None = None,
    subject_id: int | None = None,
) -> Notice:
    """Hang a notice from today on, for `days` days or as many as the rule in force asks for.

    Fewer than the rule's are refused (2025 law, art. 34). The day of publishing does not count
    and a last day that is a holiday moves to the next working day (Civil Code art. 201, 203),
    so it may hang a little longer. Without a `basis` the notice names the rule's source.

    Refused (field "days") if they are too few or too many, (field "kind") if no rule is in force, and
    if a notice about the subject hangs already.
    """
    today = clock.today()
    rule = in_force(NoticeRule, today, kind=kind)
    if rule is None:
        raise Refused(_l("No rule says how long such a notice hangs."), field="kind")
    days = rule.minimum_days if days is None else days
    _refuse_days(days, rule)
    notice = Notice(
        number=number_of_year("notice", community_id),
        community_id=community_id,
        kind=kind,
        title=title,
        basis=basis or rule.source,
        body=body,
        published_on=today,
        ends_on=workdays.next_working_day(today + timedelta(days=days)),
        contact=contact,
        subject_kind=subject_kind,
        subject_id=subject_id,
        published_by_id=actor.id,
    )
    with flushing(Refused(_l("A notice about this already hangs."))):
        db.session.add(notice)
    _record(actor, "notice.publish", notice, ends_on=notice.ends_on.isoformat(), title=title)
    return notice


def announce(
    actor: Actor, *, title: str, basis: str, body: str, has_to_be: bool = False, **rest: Any
) -> Notice:
    """Publish a notice of committee affairs in these words. Refused as `publish` is, and (the field
    they stand in) for people's numbers in them unless they have to be public; the contact's is there
    to be called."""
    if not has_to_be:
        for field, words in (("title", title), ("body", body), ("basis", basis)):
            _refuse_revealing(field, private_numbers(words))
    return publish(actor, kind=NoticeKind.AFFAIRS, title=title, basis=basis, body=body, **rest)


def _refuse_revealing(field: str, found: list[str]) -> None:
    if found:
        raise Refused(
            _l(
                "Everybody could read “%(found)s” in it. Leave it out, or tick below that it has to be public.",
                found=", ".join(found),
            ),
            field=field,
        )


def _refuse_days(days: int, rule: NoticeRule) -> None:
    if days < rule.minimum_days:
        raise Refused(
            _l("Such a notice hangs at least %(days)s days.", days=rule.minimum_days), field="days"
        )
    if days > LONGEST_DAYS:
        raise Refused(_l("A notice hangs at most %(days)s days.", days=LONGEST_DAYS), field="days")


def withdraw(actor: Actor, notice: Notice, *, reason: str) -> None:
    """Take a notice down for a reason everybody can read; it never counts as having run. Refused
    (field "reason") without one, and if it was withdrawn already or is a convention's."""
    if policy.stays_public(notice):
        raise Refused(
            _l("A convention's notice is not withdrawn, but hung anew at its convention.")
        )
    take_down(actor, notice, reason=reason)


def take_down(actor: Actor, notice: Notice, *, reason: str) -> None:
    """As `withdraw`, by a caller that puts another one in its place. Refused (field "reason")
    without a reason, and if it was withdrawn already."""
    if not reason.strip():
        raise Refused(_l("Say why it is withdrawn."), field="reason")
    hold(notice)
    if notice.withdrawn_at is not None:
        raise Refused(_l("This notice has already been withdrawn."))
    notice.withdrawn_at = clock.now()
    notice.withdrawn_by_id = actor.id
    notice.withdrawn_reason = reason
    db.session.flush()
    _record(actor, "notice.withdraw", notice, reason=reason)


def object_to(
    actor: Actor,
    notice: Notice,
    *,
    text: str,
    person_id: int | None = None,
    name: str | None = None,
    phone: str | None = None,
    received_on: date | None = None,
) -> Objection:
    """Object to a notice while it hangs: for oneself if nobody is named, else for a resident
    (`person_id`) or for a person who is not entered here (`name`, `phone`).

    What counts is the day it was received, so a letter can be entered after the period. The
    notice's row is locked, so that an objection and what waits for there being none
    come one after the other.

    Refused if the notice doesn't hang, (field "person_id") if the person is of another community or
    has objected already.
    """
    hold(notice)
    received_on = received_on or clock.today()
    _refuse_untimely(notice, received_on)
    phone = checked_phone(phone)
    if person_id is None and not name:
        person_id, name = actor.person_id, actor.name
    if person_id is not None:
        person = db.session.get_one(Person, person_id)
        if person.community_id != notice.community_id:
            raise Refused(_l("This person is not of this community."), field="person_id")
        name, phone = person.name, phone or person.phone
    _refuse_twice(notice, person_id, name or "", text)
    objection = Objection(
        notice_id=notice.id,
        person_id=person_id,
        name=name or "",
        phone=phone,
        text=text,
        received_on=received_on,
        entered_by_id=actor.id,
    )
    db.session.add(objection)
    db.session.flush()
    _record(actor, "notice.object", notice, objection_id=objection.id)
    inbox.tell(
        key=f"objection:{objection.id}",
        text=Phrase(marked("There is an objection to the notice “%(title)s”."), title=notice.title),
        url=f"/notices/{notice.id}",
        users=[notice.published_by_id],
    )
    return objection


def _refuse_untimely(notice: Notice, received_on: date) -> None:
    if notice.withdrawn_at is not None:
        raise Refused(_l("This notice has been withdrawn."))
    if received_on > clock.today():
        raise Refused(_l("This day is still to come."), field="received_on")
    if not policy.is_running(notice, received_on):
        raise Refused(_l("The period for objections was not open that day."), field="received_on")


def object_for(
    actor: Actor, notice: Notice, *, person_id: int | None, name: str | None, **rest: Any
) -> Objection:
    """Enter an objection for another person, such as one that came by letter or by telephone.
    Refused as `object_to` is, and (field "person_id") if nobody is named."""
    if person_id is None and not name:
        raise Refused(_l("Choose the resident who objects, or enter a name."), field="person_id")
    return object_to(actor, notice, person_id=person_id, name=name, **rest)


def unmask(actor: Actor, objection: Objection, *, reason: str) -> str:
    """The number of the person who objected, for those who answer them: they may have to be called.
    Refused (field "reason") without a reason, and if no number is known."""
    notice = db.session.get_one(Notice, objection.notice_id)
    path = db.session.get_one(Place, notice.community_id).path
    return look_at(actor, "notice", notice.id, objection.phone, path=path, reason=reason)


def answer_objection(
    actor: Actor, objection: Objection, *, answer: str, upheld: bool, has_to_be: bool = False
) -> bool:
    """Answer an objection, once, and tell the person who raised it; False if they have no account to read
    it with. The answer is public. Refused (field "answer") without one, or if the objector's name or
    people's numbers stand in it and don't have to; and if it has been answered, or is one's own."""
    if not answer.strip():
        raise Refused(_l("Say how it was dealt with."), field="answer")
    if not has_to_be:
        named = [objection.name] if objection.name in answer else []
        _refuse_revealing("answer", named + private_numbers(answer))
    notice = db.session.get_one(Notice, objection.notice_id)
    hold(notice)
    db.session.refresh(objection)
    if objection.answered_at is not None:
        raise Refused(_l("This objection has already been answered."))
    if policy.is_own(actor, objection):
        raise Refused(_l("Somebody else has to answer your own objection."))
    objection.answer = answer
    objection.upheld = upheld
    objection.answered_at = clock.now()
    objection.answered_by_id = actor.id
    db.session.flush()
    _record(actor, "notice.answer", notice, objection_id=objection.id, upheld=upheld)
    person_ids, user_ids = _objector(objection)
    inbox.tell(
        key=f"objection:{objection.id}:answer",
        text=Phrase(
            marked("Your objection to “%(title)s” has been answered: %(outcome_label)s"),
            title=notice.title,
            outcome_label=marked("Upheld") if upheld else marked("Not upheld"),
        ),
        url=f"/notices/{notice.id}",
        people=person_ids,
        users=user_ids,
    )
    return bool(user_ids or accounts.users_by_person(person_ids))


def _objector(objection: Objection) -> tuple[list[int], list[int]]:
    """Who objected, as one person or one user; neither if it was entered for another person."""
    if objection.person_id is not None:
        return [objection.person_id], []
    entered_by = db.session.get_one(User, objection.entered_by_id)
    return [], [entered_by.id] if policy.is_by(objection, entered_by) else []


def set_rule(
    actor: Actor, *, kind: NoticeKind, minimum_days: int, effective_from: date, source: str
) -> NoticeRule:
    """Let a kind of notice hang at least so long from a day on. Only points notices may hang less
    than the fifteen days of art. 34; notices that hang already keep their period. NotFoundError
    for who does not manage the rules of all communities.

    Refused (field "effective_from" or "minimum_days") if it would begin in the past or is below the
    law.
    """
    if not may_change_general(actor):
        raise NotFoundError
    if effective_from < clock.today():
        raise Refused(_l("A rule can't begin in the past."), field="effective_from")
    if kind is not NoticeKind.POINTS and minimum_days < LAWFUL_DAYS:
        raise Refused(
            _l("By law such a notice hangs at least %(days)s days.", days=LAWFUL_DAYS),
            field="minimum_days",
        )
    rule = NoticeRule(
        kind=kind, minimum_days=minimum_days, effective_from=effective_from, source=source
    )
    taken = Refused(_l("A rule for this kind already begins that day."), field="effective_from")
    with flushing(taken):
        db.session.add(rule)
    audit.record(
        actor,
        "notice.set_rule",
        kind="notice_rule",
        id=rule.id,
        notice_kind=kind.value,
        minimum_days=minimum_days,
        effective_from=effective_from.isoformat(),
    )
    return rule


def _refuse_twice(notice: Notice, person_id: int | None, name: str, text: str) -> None:
    same = select(Objection.id).where(
        Objection.notice_id == notice.id,
        Objection.person_id == person_id if person_id is not None else Objection.name == name,
        Objection.text == text,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused(_l("We already have this objection."), field="text")


def _record(actor: Actor, action: str, notice: Notice, **detail: object) -> None:
    path = db.session.scalar(select(Place.path).where(Place.id == notice.community_id))
    audit.record(actor, action, kind="notice", id=notice.id, path=path or "", **detail)
