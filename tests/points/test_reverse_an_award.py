"""Taking a wrong award back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase
from app.inbox.models import Message
from app.ledger import interface as ledger
from app.points.models import AwardStatus
from app.points.queries import wallets as queries
from app.points.services import reversals, wallets


def fact_of(person):
    return f"meeting:1:attendance:{person.id}"


def test_a_reversed_award_is_gone_from_the_balance(cast, attended):
    attended(cast.zhang)
    award = reversals.reverse_award(
        cast.actor("staff"), fact_key=fact_of(cast.zhang), reason="签错了人"
    )
    assert award.status is AwardStatus.REVERSED
    assert (award.reversal_reason, award.shortfall) == ("签错了人", 0)
    assert queries.balance_of(cast.zhang.id) == 0
    assert list(ledger.verify()) == []


def test_the_person_is_told_why(cast, attended):
    attended(cast.zhang)
    reversals.reverse_award(None, fact_key=fact_of(cast.zhang), reason="签错了人")
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message.person_id == cast.zhang.id
    assert message.text.params["reason"] == "签错了人"


@pytest.mark.usefixtures("cast")
def test_what_was_never_awarded_can_be_reversed_without_harm():
    assert reversals.reverse_award(None, fact_key="meeting:1:attendance:1", reason="x") is None


def test_reversing_twice_does_nothing_the_second_time(cast, attended):
    attended(cast.zhang)
    assert reversals.reverse_award(None, fact_key=fact_of(cast.zhang), reason="x") is not None
    assert reversals.reverse_award(None, fact_key=fact_of(cast.zhang), reason="x") is None
    assert queries.balance_of(cast.zhang.id) == 0


def test_a_reversed_fact_can_be_awarded_again_under_a_new_key(cast, attended):
    first = attended(cast.zhang)
    reversals.reverse_award(None, fact_key=fact_of(cast.zhang), reason="x")
    second = attended(cast.zhang)
    reversals.reverse_award(None, fact_key=fact_of(cast.zhang), reason="x")
    third = attended(cast.zhang)
    assert [first.fact_key, second.fact_key, third.fact_key] == [
        fact_of(cast.zhang), fact_of(cast.zhang) + ":2", fact_of(cast.zhang) + ":3",
    ]  # fmt: skip
    assert queries.balance_of(cast.zhang.id) == 2
    assert list(ledger.verify()) == []


def test_what_has_been_spent_is_a_shortfall_and_nobody_goes_below_zero(cast, points_of):
    award = points_of(cast.zhang, 20)
    wallets.spend(None, person_id=cast.zhang.id, points=15, key="r1", memo=Phrase("Redeemed"))
    reversals.reverse(cast.actor("staff"), award, reason="办结材料不实")
    assert award.shortfall == 15
    assert queries.balance_of(cast.zhang.id) == 0
    assert list(ledger.verify()) == []


def test_an_award_that_waits_cannot_be_reversed(cast, request_for):
    (award,) = request_for([cast.zhang], code="patrol")
    with pytest.raises(Refused):
        reversals.reverse(cast.actor("second_staff"), award, reason="x")
