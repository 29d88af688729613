from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.meetings.queries.voting import valid_vote
from app.meetings.services import voting as meetings
from app.resolutions import services
from app.resolutions.models import Resolution
from tests.resolutions import given


def test_a_resolution_is_recorded_from_a_passed_item(cast):
    matter = given.matter(cast)
    made = services.record(cast.actor("host"), matter.item, title="建充电棚", text=given.MOTION)
    assert made.number == "桂花社议〔2026〕1号"
    assert made.decided_on == date(2026, 11, 17)
    assert made.feedback_due_on == date(2026, 12, 17)
    assert made.topic_id == matter.topic.id
    assert made.community_id == cast.community.id


def test_numbers_run_within_the_community(cast):
    given.resolution(cast)
    assert given.resolution(cast, title="路灯不亮").number == "桂花社议〔2026〕2号"


def test_an_item_that_did_not_pass_gives_no_resolution(cast):
    matter = given.matter(cast, counts=(1, 2, 0))
    with pytest.raises(Refused):
        services.record(cast.actor("host"), matter.item, title="建充电棚", text=given.MOTION)


def test_an_item_gives_one_resolution_only(cast):
    made = given.resolution(cast)
    with pytest.raises(Refused):
        services.record(cast.actor("host"), made.item, title="再来一次", text=given.MOTION)


def test_the_result_is_not_due_before_the_decision(cast):
    matter = given.matter(cast)
    with pytest.raises(Refused) as refused:
        services.record(
            cast.actor("host"),
            matter.item,
            title="建充电棚",
            text=given.MOTION,
            feedback_due_on=date(2026, 11, 1),
        )
    assert refused.value.field == "feedback_due_on"


@pytest.mark.both_engines
def test_a_vote_with_a_resolution_is_not_declared_void(cast):
    matter = given.matter(cast, sits=True)
    with clock.frozen(given.MET):
        services.record(cast.actor("host"), matter.item, title="建充电棚", text=given.MOTION)
        with pytest.raises(Refused) as refused:
            meetings.void_vote(cast.actor("host"), valid_vote(matter.item.id), reason="数错了")
    # Not the meeting's state but the database refused it.
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_a_vote_without_one_is(cast):
    matter = given.matter(cast, sits=True)
    with clock.frozen(given.MET):
        meetings.void_vote(cast.actor("host"), valid_vote(matter.item.id), reason="数错了")
        with pytest.raises(Refused):
            services.record(cast.actor("host"), matter.item, title="建充电棚", text=given.MOTION)


@pytest.mark.both_engines
def test_the_words_of_a_resolution_never_change(cast):
    made = given.resolution(cast)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Resolution).values(text="别的").where(Resolution.id == made.id))


@pytest.mark.parametrize("page", ["console", "minutes"])
def test_after_a_refusal_it_goes_on_where_it_was_recorded(cast, sign_in, page):
    item = given.matter(cast, sits=page == "console").item
    client, address = sign_in(cast.host), f"/resolutions/items/{item.id}"
    back, prefix = f"/meetings/{item.meeting_id}/{page}", f"resolution{item.id}"
    said = {f"{prefix}-title": "建充电棚", f"{prefix}-feedback_due_on": "2026-12-17", "back": page}
    refused = client.post(address, data=said)
    assert refused.status_code == 422
    assert f'name="back" value="{page}"' in refused.text
    assert f'href="{back}"' in refused.text
    done = client.post(address, data=said | {f"{prefix}-text": given.MOTION})
    assert (done.status_code, done.headers["Location"]) == (303, back)


def test_everything_wrong_is_said_at_once(cast, sign_in):
    item = given.matter(cast).item
    prefix = f"resolution{item.id}"
    wrong = {f"{prefix}-title": "建充电棚", f"{prefix}-feedback_due_on": "2026-11-01"}
    page = sign_in(cast.host).post(f"/resolutions/items/{item.id}", data=wrong).text
    assert f'id="{prefix}-text-error"' in page
    assert f'id="{prefix}-feedback_due_on-error"' in page
