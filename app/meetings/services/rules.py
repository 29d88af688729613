"""Rules of meetings that an office may set. The assemblies' are the law's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.audit import interface as audit
from app.core import clock
from app.core.access import Actor
from app.core.db import db, flushing
from app.core.errors import NotFoundError, Refused
from app.core.i18n import lazy_gettext as _l
from app.meetings import policy
from app.meetings.models.rules import Majority, MeetingKind, MeetingRule
from app.places.interface import may_change_general


def set_rule(
    actor: Actor,
    *,
    kind: MeetingKind,
    effective_from: date,
    notice_days: int,
    short_notice: bool,
    quorum: tuple[int, int, bool],
    majority: tuple[Majority, int, int, bool],
    source: str,
    every_months: int | None = None,
) -> MeetingRule:
    """Add a new version of a rule from a day on. `quorum` is (numerator, denominator, strict),
    `majority` says of whom and the same. What has been convened keeps its own rule until it
    opens; nothing that lies behind changes. NotFoundError for an actor who does not manage the
    rules of all communities; Refused for an assembly, which the law rules, for a day before
    tomorrow, and if a rule begins that day already."""
    if not may_change_general(actor):
        raise NotFoundError
    if kind in policy.BY_LAW:
        raise Refused(_l("The thresholds of the assemblies are set by law."), field="kind")
    if effective_from <= clock.today():
        raise Refused(_l("A new rule begins tomorrow at the earliest."), field="effective_from")
    of_whom, *passing = majority
    rule = MeetingRule(
        kind=kind,
        effective_from=effective_from,
        composition=policy.COMPOSITIONS[kind][0],
        notice_days=notice_days,
        short_notice=short_notice,
        majority=of_whom,
        every_months=every_months,
        source=source,
        **_fraction("quorum", quorum),
        **_fraction("pass", passing),
    )
    taken = Refused(_l("A rule from that day on exists already."), field="effective_from")
    with flushing(taken):
        db.session.add(rule)
    audit.record(
        actor, "meeting_rule.set", kind="meeting_rule", id=rule.id, rule_kind=kind.value,
        effective_from=effective_from.isoformat(), notice_days=notice_days,
    )  # fmt: skip
    return rule


def _fraction(name: str, fraction: Sequence[int]) -> dict[str, int]:
    """The three columns of a threshold."""
    return {
        f"{name}_{part}": value
        for part, value in zip(("numerator", "denominator", "strict"), fraction, strict=True)
    }
