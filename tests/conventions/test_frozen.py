"""What the database itself refuses, also without the services."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.conventions.services import effect, opinions, review
from app.core import clock
from app.core.db import db
from app.meetings.models.agenda import AgendaItem
from tests.conventions.given import assembly

ENDED = "UPDATE convention_version SET state = 'repealed', ended_on = '2026-12-30'"
NOT_LIKE_THIS = [
    "UPDATE convention_version SET filed_on = '2020-01-01' WHERE id = :version",
    "UPDATE convention_version SET state = 'in_force' WHERE id = :version",
    f"{ENDED}, ended_reason = '', ended_item_id = item_id WHERE id = :version",
    f"{ENDED}, ended_reason = '旧', ended_item_id = item_id WHERE id = :version",
]

CHANGES = [
    "UPDATE clause SET text = 'x' WHERE version_id = :version",
    "INSERT INTO clause (version_id, position, heading, text) VALUES (:version, 99, '', 'x')",
    "UPDATE convention_version SET preamble = 'x' WHERE id = :version",
    "DELETE FROM clause WHERE version_id = :version",
    "UPDATE version_step SET text = 'x' WHERE version_id = :version",
    "DELETE FROM convention_version WHERE id = :version",
]


@pytest.mark.both_engines
@pytest.mark.parametrize("change", CHANGES)
def test_the_text_stays_once_the_public_reads_it(draft, cast, change):
    opinions.open_comment(cast.actor("staff"), draft, until=clock.today() + timedelta(days=7))
    db.session.commit()
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(text(change), {"version": draft.id})


@pytest.mark.both_engines
@pytest.mark.parametrize("change", NOT_LIKE_THIS)
def test_nothing_is_in_force_or_ends_but_as_it_should(filed, change):
    """Filed before it was adopted, in force without a notice, repealed without having been."""
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(text(change), {"version": filed.id})


@pytest.mark.both_engines
def test_a_repeal_has_a_reason_and_a_decision(filed, cast):
    effect.publish(cast.actor("staff"), filed, in_force_from=clock.today(), contact="一楼")
    for rest in ("ended_reason = '', ended_item_id = item_id", "ended_reason = '旧'"):
        change = text(f"{ENDED}, {rest} WHERE id = :version")
        with pytest.raises(DatabaseError), db.session.begin_nested():
            db.session.execute(change, {"version": filed.id})


def test_what_else_the_item_says_is_changed_however_long_the_frozen_text_is(
    draft, cast, later, sign_in
):
    staff = cast.actor("staff")
    draft.preamble = "坚持党组织领导，居民自治。" * 200
    opinions.open_comment(staff, draft, until=clock.today() + timedelta(days=7))
    with later(8):
        review.submit(staff, draft)
        review.pass_review(cast.actor("street_officer"), draft, opinion="同意", number="1号")
    review.put_to_vote(staff, draft, assembly(cast))
    db.session.commit()
    item = db.session.get(AgendaItem, draft.item_id)
    text_before, address = item.motion, f"/meetings/items/{item.id}/edit"
    client = sign_in(cast.staff)

    page = client.get(address).text
    saved = client.post(
        address, data={"title": "公约表决", "planned": 45, "version": item.version, "motion": "改"}
    )

    assert 'name="motion"' not in page
    assert 'name="kind"' not in page
    assert saved.status_code == 303
    db.session.refresh(item)
    assert (item.title, item.planned, item.motion) == ("公约表决", 45, text_before)
    assert len(text_before) > 2000
