"""What keeps the notice from going out, each thing in one sentence; and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.dated import in_force
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.core.labels import msgid
from app.meetings import arithmetic, policy
from app.meetings.models.agenda import AgendaItem, ItemKind
from app.meetings.models.attendance import Capacity, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Composition, MeetingKind, MeetingRule
from app.meetings.queries.composition import composition_ids, expected_number, topic_unit_ids
from app.people.models import Unit
from app.platforms.interface import is_running
from app.platforms.models import PlatformParty
from app.topics.interface import referred, topics
from app.topics.models import Topic

COMMA = "、"


def rule_or_none(kind: MeetingKind, on: date) -> MeetingRule | None:
    """The rule in force for a kind of meeting on a day, if there is one."""
    return in_force(MeetingRule, on, kind=kind)


def rule_for(kind: MeetingKind, on: date) -> MeetingRule:
    """The rule in force for a kind of meeting on a day; Refused if there is none."""
    rule = rule_or_none(kind, on)
    if rule is None:
        raise Refused(_l("No rule for this kind of meeting is in force on that day."))
    return rule


@dataclass(frozen=True)
class NoticePeriod:
    """When the notice has to be out. `missing` is how many days it would come too late today."""

    rule: MeetingRule
    last_day: date
    missing: int


def notice_period(meeting: Meeting) -> NoticePeriod | None:
    """What the rule of the meeting's day asks of its notice; None if there is no such rule."""
    rule = rule_or_none(meeting.kind, meeting.day)
    if rule is None:
        return None
    return NoticePeriod(
        rule=rule,
        last_day=policy.last_notice_day(rule, meeting.day),
        missing=policy.missing_notice_days(rule, meeting.day, clock.today()),
    )


def rules() -> Sequence[MeetingRule]:
    """All versions of all rules, the assemblies' first, of each kind the newest first."""
    order = list(MeetingKind)
    found = db.session.scalars(select(MeetingRule).order_by(MeetingRule.effective_from.desc()))
    return sorted(found, key=lambda rule: order.index(rule.kind))


def readiness(meeting: Meeting) -> list[Phrase]:
    """What is still missing before a draft can be convened, in the order of the page."""
    return [
        *about_the_day(meeting),
        *_about_the_platform(meeting),
        *_about_the_agenda(meeting),
        *about_members(meeting),
        *_about_units(meeting),
    ]


def about_the_day(meeting: Meeting) -> list[Phrase]:
    """What is wrong with the day if the notice went out today. Where the rule allows urgent
    meetings at shorter notice, a late notice is not."""
    period = notice_period(meeting)
    if period is None:
        return [Phrase(marked("No rule for this kind of meeting is in force on that day."))]
    if meeting.starts_at <= clock.now():
        return [Phrase(marked("The meeting would begin in the past."))]
    if not period.missing or period.rule.short_notice:
        return []
    return [
        Phrase(
            marked(
                "The notice has to go out %(days)s days before the meeting: for this day it is too late."
            ),
            days=period.rule.notice_days,
        )
    ]


def _about_the_platform(meeting: Meeting) -> list[Phrase]:
    missing = []
    if not is_running(meeting.platform, meeting.day):
        missing.append(Phrase(marked("The platform is not in use on the day of the meeting.")))
    if meeting.host_id is None:
        missing.append(Phrase(marked("The meeting has no host.")))
    return missing


def _about_the_agenda(meeting: Meeting) -> list[Phrase]:
    rows = db.session.execute(
        select(
            AgendaItem.title,
            AgendaItem.kind,
            AgendaItem.motion,
            AgendaItem.topic_id,
            Topic.state,
            Topic.number,
        )
        .outerjoin(Topic, Topic.id == AgendaItem.topic_id)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.withdrawn_at.is_(None))
        .order_by(AgendaItem.position)
    ).all()
    if not rows:
        return [Phrase(marked("The agenda has no items."))]
    missing = []
    without_motion = [r.title for r in rows if r.kind is ItemKind.VOTE and not r.motion.strip()]
    if without_motion:
        missing.append(
            Phrase(
                marked("The exact motion is missing for: %(items)s"),
                items=COMMA.join(without_motion),
            )
        )
    elsewhere = [r.number for r in rows if r.state and not topics.can(r.state, "schedule")]
    if elsewhere:
        missing.append(
            Phrase(
                marked("These topics can't be put on an agenda now: %(topics)s"),
                topics=COMMA.join(elsewhere),
            )
        )
    upward = referred([r.topic_id for r in rows if r.topic_id])
    higher = [r.number for r in rows if not policy.may_take_up(meeting, upward.get(r.topic_id))]
    if higher:
        missing.append(
            Phrase(
                marked("Referred to an assembly, so that no lower body takes them up: %(topics)s"),
                topics=COMMA.join(higher),
            )
        )
    return missing


def about_members(meeting: Meeting) -> list[Phrase]:
    if meeting.composition is Composition.REPS_AND_COMMITTEE:
        return _about_the_assembly(meeting)
    if expected_number(meeting) > 0:
        return _about_the_call(meeting)
    if meeting.composition is Composition.INVITED:
        return [Phrase(marked("No members have been invited."))]
    return [Phrase(marked("No adult residents are registered in this community."))]


def _about_the_call(meeting: Meeting) -> list[Phrase]:
    """At least one of those it is made of has to be invited: they come because they are told."""
    called = select(Invitation.id).where(
        Invitation.meeting_id == meeting.id, Invitation.capacity == Capacity.MEMBER
    )
    if db.session.scalar(called.limit(1)) is not None:
        return []
    return [Phrase(marked("Nobody the assembly is made of has been invited."))]


def _about_the_assembly(meeting: Meeting) -> list[Phrase]:
    """Everybody it is made of is invited, and 4/5 of it are representatives (art. 28)."""
    reps, committee = composition_ids(meeting)
    everybody = reps | committee
    if not everybody:
        return [Phrase(marked("No representatives are in office on the day of the meeting."))]
    missing = []
    if not arithmetic.representatives_suffice(len(reps), len(everybody)):
        missing.append(
            Phrase(
                marked(
                    "Representatives must be at least four fifths of the assembly: they are"
                    " %(reps)s of %(all)s."
                ),
                reps=len(reps),
                all=len(everybody),
            )
        )
    invited = set(
        db.session.scalars(
            select(Invitation.person_id).where(
                Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None)
            )
        )
    )
    if everybody - invited:
        missing.append(
            Phrase(
                marked("%(number)s members of the assembly have not been invited."),
                number=len(everybody - invited),
            )
        )
    return missing


def _about_units(meeting: Meeting) -> list[Phrase]:
    """The platform's parties and the units concerned have to be invited (art. 46)."""
    kinds = set(
        db.session.scalars(
            select(Unit.kind)
            .join(Invitation, Invitation.unit_id == Unit.id)
            .where(Invitation.meeting_id == meeting.id)
        )
    )
    wanted = db.session.scalars(
        select(PlatformParty.unit_kind)
        .where(PlatformParty.platform_id == meeting.platform_id)
        .order_by(PlatformParty.id)
    )
    missing = [
        Phrase(
            marked("A party of the platform has not been invited: %(party_label)s"),
            party_label=msgid(kind),
        )
        for kind in wanted
        if kind not in kinds
    ]
    return [*missing, *units_not_invited(meeting)]


def units_not_invited(meeting: Meeting, *, also: int | None = None) -> list[Phrase]:
    """A sentence that names the units which topics concern and which have not been invited, if
    there are any; `also` as in `topic_unit_ids`."""
    invited = select(Invitation.unit_id).where(
        Invitation.meeting_id == meeting.id, Invitation.unit_id.is_not(None)
    )
    names = db.session.scalars(
        select(Unit.name)
        .where(Unit.id.in_(topic_unit_ids(meeting, also=also)), Unit.id.not_in(invited))
        .order_by(Unit.id)
    ).all()
    if not names:
        return []
    return [
        Phrase(
            marked("Units that topics concern have not been invited: %(units)s"),
            units=COMMA.join(names),
        )
    ]
