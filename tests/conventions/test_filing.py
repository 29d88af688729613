"""What was adopted is filed within the days of the rule in force, ten unless changed."""

from datetime import timedelta

import pytest

from app.conventions import policy
from app.conventions.models import FilingRule
from app.conventions.queries import texts, waiting
from app.conventions.services import effect, review
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.formats import day
from app.notices import services as notices
from app.notices.models import NoticeKind
from tests.conventions.given import assembly, decide


@pytest.fixture
def adopted(reviewed, cast):
    """Adopted today."""
    meeting = assembly(cast)
    review.put_to_vote(cast.actor("staff"), reviewed, meeting)
    decide(cast, meeting, ayes_but=0)
    with clock.frozen(meeting.starts_at):
        review.take_result(cast.actor("staff"), reviewed)
        db.session.commit()
        yield reviewed


def filed_after(cast, version, days):
    on = version.adopted_on + timedelta(days=days)
    with clock.frozen(clock.at(on, 12)):
        effect.file(cast.actor("staff"), version, number="备1号", on=on)
        db.session.commit()


def test_it_was_adopted_on_the_day_of_the_vote(reviewed, cast):
    meeting = assembly(cast)
    review.put_to_vote(cast.actor("staff"), reviewed, meeting)
    next_day = meeting.starts_at + timedelta(days=1)
    decide(cast, meeting, ayes_but=0, at=next_day)
    review.take_result(cast.actor("staff"), reviewed)
    assert reviewed.adopted_on == clock.local(next_day).date()


def test_the_tenth_day_is_in_time(adopted, cast):
    assert policy.filing_due(adopted) == adopted.adopted_on + timedelta(days=10)
    filed_after(cast, adopted, 10)
    assert not policy.filed_late(adopted)


def test_the_eleventh_day_is_late_wherever_it_shows(adopted, cast, client):
    filed_after(cast, adopted, 11)
    path = f"/conventions/{adopted.convention_id}"
    for page in (path, f"{path}/versions/1", f"{path}/versions/1/print"):
        assert "逾期" in client.get(page).get_data(as_text=True), page


def test_the_rule_of_the_day_of_adoption_counts(reviewed, cast):
    meeting = assembly(cast)
    on = clock.local(meeting.starts_at).date()
    for days, begins in ((15, on), (3, on + timedelta(days=1))):
        db.session.add(FilingRule(days=days, effective_from=begins, source="决定"))
    review.put_to_vote(cast.actor("staff"), reviewed, meeting)
    decide(cast, meeting, ayes_but=0)
    with clock.frozen(meeting.starts_at):
        review.take_result(cast.actor("staff"), reviewed)
        [waits] = waiting.waiting(cast.actor("staff"))
    assert policy.filing_due(reviewed) == waits.due == on + timedelta(days=15)


def test_its_notice_and_its_print_say_how_it_came_to_hold(adopted, cast, client):
    filed_after(cast, adopted, 1)
    begins = adopted.adopted_on + timedelta(days=20)
    with clock.frozen(clock.at(adopted.adopted_on + timedelta(days=2), 12)):
        effect.publish(cast.actor("staff"), adopted, in_force_from=begins, contact="一楼")
        db.session.commit()
        notice = texts.notice_of(adopted.id)
        sheets = [f"/notices/{notice.id}", f"/notices/{notice.id}/print"]
        for sheet in sheets:
            page = client.get(sheet).text
            assert f"{day(adopted.adopted_on)}由“居民代表会议”表决通过" in page
            assert "票，反对0票" in page
            assert f"备案号备1号，{day(adopted.filed_on)}备案" in page
            assert f"自{day(begins)}起施行" in page
        own = client.get(f"/conventions/{adopted.convention_id}/versions/1/print").text
    assert f"{day(adopted.adopted_on)}居民代表会议通过，自{day(begins)}起施行" in own


def test_not_before_it_was_adopted_and_not_in_the_future(adopted, cast, sign_in):
    client = sign_in(cast.staff)
    for days in (-1, 1):
        on = adopted.adopted_on + timedelta(days=days)
        answer = client.post(
            f"/conventions/versions/{adopted.id}/file", data={"number": "备1号", "on": on}
        )
        assert answer.status_code == 422
        assert "on-error" in answer.get_data(as_text=True)
        with pytest.raises(Refused):
            effect.file(cast.actor("staff"), adopted, number="备1号", on=on)


def test_the_contact_of_the_last_notice_is_offered_for_its_own(adopted, cast, sign_in):
    filed_after(cast, adopted, 1)
    address = f"/conventions/{adopted.convention_id}/versions/1"
    assert 'value="居委会 0830-2345678"' not in sign_in(cast.staff).get(address).text
    notices.publish(
        cast.actor("staff"), community_id=cast.community.id, kind=NoticeKind.AFFAIRS, title="收支",
        body="明细", contact="居委会 0830-2345678",
    )  # fmt: skip
    db.session.commit()
    assert 'value="居委会 0830-2345678"' in sign_in(cast.staff).get(address).text
