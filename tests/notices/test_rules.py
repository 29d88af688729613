from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.meetings.models.rules import Majority, MeetingKind
from app.meetings.services import rules as meetings
from app.notices import queries, services
from app.notices.models import NoticeKind, NoticeRule
from app.places.models import Level, Place

MONDAY = clock.at(date(2026, 3, 2), 9)


@pytest.fixture(autouse=True)
def on_a_monday():
    with clock.frozen(MONDAY):
        yield


@pytest.mark.usefixtures("app")
def test_the_law_is_there_from_the_beginning():
    rules = queries.rules_in_force(date(2026, 1, 1))

    assert {kind: rule.minimum_days for kind, rule in rules.items()} == {
        NoticeKind.AFFAIRS: 15,
        NoticeKind.RESOLUTION: 15,
        NoticeKind.RESULT: 15,
        NoticeKind.CONVENTION: 15,
        NoticeKind.POINTS: 7,
    }
    assert queries.rules_in_force(date(2025, 12, 31)) == {}


def test_a_new_rule_applies_from_its_day_on(cast, sign_in):
    answer = sign_in(cast.street_officer).post(
        "/notices/rules",
        data={"kind": "points", "minimum_days": "10", "effective_from": "2026-04-01", "source": "街道通知"},
    )  # fmt: skip

    assert answer.status_code == 303
    assert queries.rules_in_force(date(2026, 3, 31))[NoticeKind.POINTS].minimum_days == 7
    assert queries.rules_in_force(date(2026, 4, 1))[NoticeKind.POINTS].minimum_days == 10


@pytest.mark.parametrize(
    ("kind", "days", "day", "field"),
    [
        (NoticeKind.RESOLUTION, 14, date(2026, 4, 1), "minimum_days"),
        (NoticeKind.POINTS, 10, date(2026, 3, 1), "effective_from"),
    ],
)
def test_less_than_the_law_or_the_past_is_refused(cast, kind, days, day, field):
    with pytest.raises(Refused) as refusal:
        services.set_rule(
            cast.actor("street_officer"),
            kind=kind,
            minimum_days=days,
            effective_from=day,
            source="x",
        )

    assert refusal.value.field == field


def test_two_rules_for_one_kind_on_one_day_are_refused(cast):
    rule = {
        "kind": NoticeKind.POINTS,
        "minimum_days": 10,
        "effective_from": date(2026, 4, 1),
        "source": "x",
    }
    services.set_rule(cast.actor("street_officer"), **rule)

    with pytest.raises(Refused):
        services.set_rule(cast.actor("street_officer"), **rule)


def test_staff_read_the_rules_but_do_not_set_them(cast, sign_in):
    staff = sign_in(cast.staff)

    assert staff.get("/notices/rules").status_code == 200
    assert staff.post("/notices/rules", data={}).status_code == 403
    assert sign_in(cast.resident).get("/notices/rules").status_code == 403


@pytest.mark.both_engines
@pytest.mark.usefixtures("app")
def test_rules_cannot_be_changed_in_the_database():
    with pytest.raises(IntegrityError):
        db.session.execute(update(NoticeRule).values(minimum_days=1))


def test_an_officer_of_one_street_sets_no_rule_for_the_others(cast):
    street = Place(name="茜草街道", level=Level.STREET, parent_id=cast.city.id)
    db.session.add(street)
    db.session.flush()
    street.path = f"{cast.city.path}{street.id}/"
    community = Place(name="茜草社区", level=Level.COMMUNITY, parent_id=street.id)
    db.session.add(community)
    db.session.flush()
    community.path = f"{street.path}{community.id}/"
    db.session.flush()
    officer = cast.actor("street_officer")
    rule = {"effective_from": clock.today() + timedelta(days=1), "source": "街道规定"}
    with pytest.raises(NotFoundError):
        services.set_rule(officer, kind=NoticeKind.POINTS, minimum_days=10, **rule)
    with pytest.raises(NotFoundError):
        meetings.set_rule(
            officer, kind=MeetingKind.COUNCIL, notice_days=1, short_notice=False,
            quorum=(1, 2, True), majority=(Majority.OF_CAST, 1, 2, True), **rule,
        )  # fmt: skip
