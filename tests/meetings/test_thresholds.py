"""The arithmetic against fractions: what is integer here must be exact there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings import arithmetic
from app.meetings.models.rules import Majority


@dataclass(frozen=True)
class Rule:
    quorum_numerator: int = 1
    quorum_denominator: int = 2
    quorum_strict: bool = True
    pass_numerator: int = 1
    pass_denominator: int = 2
    pass_strict: bool = True
    majority: Majority = Majority.OF_PRESENT


HALF = Rule()
TWO_THIRDS = Rule(quorum_numerator=2, quorum_denominator=3, quorum_strict=False)
TIE_FAILS = Rule(majority=Majority.OF_CAST)


@st.composite
def rules(draw):
    quorum = draw(st.integers(1, 12))
    passing = draw(st.integers(1, 12))
    return Rule(
        quorum_numerator=draw(st.integers(0, quorum)),
        quorum_denominator=quorum,
        quorum_strict=draw(st.booleans()),
        pass_numerator=draw(st.integers(0, passing)),
        pass_denominator=passing,
        pass_strict=draw(st.booleans()),
        majority=draw(st.sampled_from(Majority)),
    )


@st.composite
def counts(draw):
    present = draw(st.integers(0, 5000))
    ayes = draw(st.integers(0, present))
    nays = draw(st.integers(0, present - ayes))
    return ayes, nays, draw(st.integers(0, present - ayes - nays)), present


def compared(part, whole, numerator, denominator, *, strict):
    needed = Fraction(numerator, denominator) * whole
    return part > needed if strict else part >= needed


@given(rules(), st.integers(0, 20_000), st.integers(1, 20_000))
def test_the_quorum_is_the_fraction_of_the_expected(rule, present, expected):
    fraction = compared(
        present,
        expected,
        rule.quorum_numerator,
        rule.quorum_denominator,
        strict=rule.quorum_strict,
    )
    assert arithmetic.quorum_met(rule, present, expected) == (present > 0 and fraction)


@given(rules(), st.integers(1, 20_000))
def test_the_number_needed_is_the_smallest_that_meets_the_quorum(rule, expected):
    needed = arithmetic.needed_for_quorum(rule, expected)
    assert arithmetic.quorum_met(rule, needed, expected)
    assert not arithmetic.quorum_met(rule, needed - 1, expected)


@given(rules(), counts())
def test_a_motion_is_carried_by_the_fraction(rule, votes):
    ayes, nays, abstentions, present = votes
    whole = present if rule.majority is Majority.OF_PRESENT else ayes + nays
    fraction = compared(
        ayes, whole, rule.pass_numerator, rule.pass_denominator, strict=rule.pass_strict
    )
    assert arithmetic.passed(rule, ayes, nays, abstentions, present) == (ayes > 0 and fraction)


@given(rules(), counts())
def test_the_ayes_needed_are_the_fewest_that_carry_it(rule, votes):
    _ayes, nays, _abstentions, present = votes
    needed = arithmetic.needed_to_pass(rule, nays, present)
    room = present if rule.majority is Majority.OF_PRESENT else needed or 0
    if needed is None:
        assert not arithmetic.passed(rule, present, 0, 0, present) or nays > 0
        return
    if rule.majority is Majority.OF_PRESENT:
        assert arithmetic.passed(rule, needed, 0, 0, room)
        assert not arithmetic.passed(rule, needed - 1, 0, 0, room)
    else:
        assert arithmetic.passed(rule, needed, nays, 0, needed + nays)
        assert not arithmetic.passed(rule, needed - 1, nays, 0, needed + nays)


@given(st.integers(1, 10_000))
def test_more_than_half_is_strict_and_two_thirds_includes_itself(number):
    assert not arithmetic.quorum_met(HALF, number, 2 * number)
    assert arithmetic.quorum_met(HALF, number + 1, 2 * number)
    assert arithmetic.quorum_met(TWO_THIRDS, 2 * number, 3 * number)
    assert not arithmetic.quorum_met(TWO_THIRDS, 2 * number - 1, 3 * number)


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_a_tie_does_not_pass(ayes, abstentions):
    assert not arithmetic.passed(TIE_FAILS, ayes, ayes, abstentions, 2 * ayes + abstentions)
    assert arithmetic.passed(TIE_FAILS, ayes + 1, ayes, abstentions, 2 * ayes + 1 + abstentions)


def test_abstentions_count_among_those_present_but_not_among_votes_cast():
    assert not arithmetic.passed(HALF, 42, 1, 41, 84)
    assert arithmetic.passed(HALF, 43, 0, 41, 84)
    assert arithmetic.passed(TIE_FAILS, 2, 1, 81, 84)


def test_the_console_can_say_how_many_votes_are_still_needed():
    assert arithmetic.needed_to_pass(HALF, 0, 84) == 43
    assert arithmetic.needed_to_pass(TIE_FAILS, 7, 84) == 8


@pytest.mark.parametrize("votes", [(3, 1, 1, 4), (-1, 0, 0, 4), (0, 5, 0, 4), (0, 0, -2, 4)])
def test_impossible_counts_are_refused(votes):
    with pytest.raises(ValueError, match="present"):
        arithmetic.passed(HALF, *votes)


@given(st.integers(0, 500), st.integers(0, 500))
def test_representatives_are_at_least_four_fifths(reps, others):
    whole = reps + others
    assert arithmetic.representatives_suffice(reps, whole) == (Fraction(4, 5) * whole <= reps)


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_percentages_are_rounded_in_whole_tenths(part, whole):
    shown = Fraction(arithmetic.percent(part, whole))
    assert abs(shown - Fraction(100 * part, whole)) <= Fraction(1, 20)
