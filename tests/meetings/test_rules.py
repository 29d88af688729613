"""The rules that came with the migration, and those an office sets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.errors import Refused
from app.meetings.models.rules import Composition, Majority, MeetingKind
from app.meetings.queries import readiness as queries
from app.meetings.services import rules as services

pytestmark = pytest.mark.usefixtures("app")

IN_FORCE = date(2026, 6, 1)
K = MeetingKind


def half(strict):
    return (1, 2, strict)


def set_rule(cast, **changes):
    terms = {
        "kind": K.COUNCIL,
        "effective_from": clock.today() + timedelta(days=30),
        "notice_days": 2,
        "short_notice": False,
        "quorum": half(strict=True),
        "majority": (Majority.OF_CAST, *half(strict=True)),
        "source": "桂花社区居民议事会议事规则（2026年修订）",
    } | changes
    return services.set_rule(cast.actor("street_officer"), **terms)


def test_the_residents_assembly_follows_the_law_of_2025():
    rule = queries.rule_for(K.RESIDENTS_ASSEMBLY, IN_FORCE)
    assert (rule.notice_days, rule.short_notice) == (10, True)
    assert (rule.quorum_numerator, rule.quorum_denominator, rule.quorum_strict) == half(strict=True)
    assert (rule.pass_numerator, rule.pass_denominator, rule.pass_strict) == half(strict=True)
    assert rule.majority is Majority.OF_PRESENT
    assert "第二十七条" in rule.source


def test_two_thirds_of_the_representatives_assembly_must_come():
    rule = queries.rule_for(K.REPS_ASSEMBLY, IN_FORCE)
    assert rule.composition is Composition.REPS_AND_COMMITTEE
    assert (rule.quorum_numerator, rule.quorum_denominator, rule.quorum_strict) == (2, 3, False)
    assert rule.majority is Majority.OF_PRESENT


def test_in_a_council_two_thirds_must_come_and_ayes_exceed_nays():
    rule = queries.rule_for(K.COUNCIL, IN_FORCE)
    assert (rule.quorum_numerator, rule.quorum_denominator, rule.quorum_strict) == (2, 3, False)
    assert rule.majority is Majority.OF_CAST
    assert rule.notice_days == 3


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_of_meeting_has_a_rule_this_year(kind):
    assert queries.rule_for(kind, IN_FORCE).source


def test_before_2026_the_former_law_applies():
    rule = queries.rule_for(K.RESIDENTS_ASSEMBLY, date(2025, 12, 31))
    assert rule.effective_from == date(1990, 1, 1)
    assert queries.rule_or_none(K.REPS_ASSEMBLY, date(2025, 12, 31)) is None
    with pytest.raises(Refused):
        queries.rule_for(K.REPS_ASSEMBLY, date(2025, 12, 31))


def test_a_new_version_applies_from_its_day_on(cast):
    new = set_rule(cast)
    assert queries.rule_for(K.COUNCIL, new.effective_from) == new
    day_before = new.effective_from - timedelta(days=1)
    assert queries.rule_for(K.COUNCIL, day_before).notice_days == 3


def test_the_assemblies_thresholds_cannot_be_set(cast):
    with pytest.raises(Refused) as refused:
        set_rule(cast, kind=K.RESIDENTS_ASSEMBLY)
    assert refused.value.field == "kind"


def test_a_rule_does_not_reach_back(cast):
    with pytest.raises(Refused) as refused:
        set_rule(cast, effective_from=clock.today())
    assert refused.value.field == "effective_from"


def test_one_version_begins_on_a_day(cast):
    set_rule(cast)
    with pytest.raises(Refused) as refused:
        set_rule(cast, notice_days=5)
    assert refused.value.field == "effective_from"
