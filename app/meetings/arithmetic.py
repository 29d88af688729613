"""Thresholds as inequalities of whole numbers, the only way they are compared anywhere.

"More than half" (过半数) is strict: `2 * x > n`. "At least two thirds" (三分之二以上) includes
the number itself: `3 * x >= 2 * n` (Civil Code art. 1259). A fraction is never divided.
"""

from __future__ import annotations

from typing import Protocol

from app.meetings.models.rules import Majority

_REPS_SHARE = (4, 5)  # 2025 law, art. 28: representatives are at least 4/5 of their assembly


class Thresholds(Protocol):
    """What a MeetingRule says about numbers."""

    quorum_numerator: int
    quorum_denominator: int
    quorum_strict: bool
    pass_numerator: int
    pass_denominator: int
    pass_strict: bool
    majority: Majority


def reaches(count: int, whole: int, numerator: int, denominator: int, *, strict: bool) -> bool:
    """Whether `count` is more than (strict) or at least the fraction of `whole`."""
    if strict:
        return denominator * count > numerator * whole
    return denominator * count >= numerator * whole


def least(whole: int, numerator: int, denominator: int, *, strict: bool) -> int:
    """The smallest number that reaches the fraction of `whole`."""
    if strict:
        return numerator * whole // denominator + 1
    return -(-numerator * whole // denominator)


def quorum_met(rule: Thresholds, present: int, expected: int) -> bool:
    """Whether enough of those expected are present. An empty room never decides."""
    return present > 0 and reaches(
        present,
        expected,
        rule.quorum_numerator,
        rule.quorum_denominator,
        strict=rule.quorum_strict,
    )


def needed_for_quorum(rule: Thresholds, expected: int) -> int:
    """How many must be present."""
    return max(
        1,
        least(
            expected,
            rule.quorum_numerator,
            rule.quorum_denominator,
            strict=rule.quorum_strict,
        ),
    )


def passed(rule: Thresholds, ayes: int, nays: int, abstentions: int, present: int) -> bool:
    """Whether a motion is carried.

    Of those present, abstentions and silence count in the denominator; of the votes cast
    they do not. Raises ValueError for counts that can't be.
    """
    if min(ayes, nays, abstentions) < 0 or ayes + nays + abstentions > present:
        msg = f"{ayes} + {nays} + {abstentions} votes of {present} present"
        raise ValueError(msg)
    whole = present if rule.majority is Majority.OF_PRESENT else ayes + nays
    return ayes > 0 and reaches(
        ayes, whole, rule.pass_numerator, rule.pass_denominator, strict=rule.pass_strict
    )


def needed_to_pass(rule: Thresholds, nays: int, present: int) -> int | None:
    """How many ayes carry the motion against that many nays; None if no number could."""
    if rule.majority is Majority.OF_PRESENT:
        needed = max(
            1, least(present, rule.pass_numerator, rule.pass_denominator, strict=rule.pass_strict)
        )
        return needed if needed <= present else None
    return _needed_of_cast(rule, nays)


def is_settled_by(rule: Thresholds, nays: int) -> bool:
    """Whether a number of ayes that carries the motion can be named yet. With a majority of those
    present it can from the start; with a majority of the votes cast only after the first nay,
    because until then one aye would do."""
    return rule.majority is Majority.OF_PRESENT or nays > 0


def _needed_of_cast(rule: Thresholds, nays: int) -> int | None:
    # denominator * ayes > numerator * (ayes + nays), solved for ayes
    rest = rule.pass_denominator - rule.pass_numerator
    if rest == 0:
        return 1 if nays == 0 and not rule.pass_strict else None
    return max(1, least(nays, rule.pass_numerator, rest, strict=rule.pass_strict))


def representatives_suffice(representatives: int, composition: int) -> bool:
    """Whether representatives are at least four fifths of their assembly (art. 28)."""
    return reaches(representatives, composition, *_REPS_SHARE, strict=False)


def percent(part: int, whole: int) -> str:
    """12.5 % as "12.5": tenths, rounded half up in whole numbers."""
    if whole <= 0:
        return "0.0"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"
