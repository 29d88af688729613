from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.paging import first_rows
from app.notices import policy, queries, services
from app.notices.models import Notice, NoticeKind

# A Monday; fifteen days later is a Tuesday that is worked.
MONDAY = clock.at(date(2026, 3, 2), 9)


@pytest.fixture(autouse=True)
def on_a_monday():
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def publish(cast):
    def publishing(**more):
        given = {
            "community_id": cast.community.id,
            "kind": NoticeKind.AFFAIRS,
            "title": "2026年第一季度居务收支情况",
            "body": "收入……支出……",
            "contact": "居委会办公室 0830-2345678 陈社工",
        }
        notice = services.publish(cast.actor("staff"), **(given | more))
        db.session.commit()
        return notice

    return publishing


def test_a_notice_hangs_as_long_as_the_law_asks_for(publish):
    notice = publish()

    assert notice.ends_on == date(2026, 3, 17)
    assert "第三十四条" in notice.basis


def test_the_last_day_of_the_period_still_counts_and_the_day_after_it_has_run(publish):
    notice = publish()

    assert policy.is_running(notice, date(2026, 3, 2))
    assert policy.is_running(notice, date(2026, 3, 17))
    assert not policy.has_run(notice, date(2026, 3, 17))
    assert policy.has_run(notice, date(2026, 3, 18))
    assert policy.days_left(notice, date(2026, 3, 15)) == 2


def test_a_period_that_would_end_on_a_holiday_ends_on_the_next_working_day(publish):
    notice = publish(days=19)  # 21 March 2026 is a Saturday

    assert notice.ends_on == date(2026, 3, 23)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind is not NoticeKind.POINTS])
def test_fewer_than_fifteen_days_are_refused_for_every_kind_the_law_names(publish, kind):
    with pytest.raises(Refused) as refusal:
        publish(kind=kind, days=14)

    assert refusal.value.field == "days"


def test_points_notices_may_hang_seven_days(publish):
    assert publish(kind=NoticeKind.POINTS, days=7).ends_on == date(2026, 3, 9)


def test_more_than_a_year_is_refused(publish):
    with pytest.raises(Refused):
        publish(days=366)


def test_numbers_run_within_a_community_and_a_year(cast, publish):
    first, second = publish(), publish(title="另一件")
    elsewhere = services.publish(
        cast.actor("neighbour_staff"), community_id=cast.neighbour.id, kind=NoticeKind.AFFAIRS,
        title="事项", body="内容", contact="电话",
    )  # fmt: skip

    assert (first.number, second.number, elsewhere.number) == ("2026-001", "2026-002", "2026-001")


def test_only_one_notice_about_a_subject_hangs_at_a_time(publish):
    first = publish(kind=NoticeKind.RESOLUTION, subject_kind="resolution", subject_id=7)

    with pytest.raises(Refused):
        publish(kind=NoticeKind.RESOLUTION, subject_kind="resolution", subject_id=7)
    assert queries.notice_of(NoticeKind.RESOLUTION, "resolution", 7) is first
    assert publish(kind=NoticeKind.RESULT, subject_kind="resolution", subject_id=7)


def test_after_withdrawing_the_subject_can_be_announced_anew(cast, publish):
    first = publish(kind=NoticeKind.RESOLUTION, subject_kind="resolution", subject_id=7)
    services.withdraw(cast.actor("staff"), first, reason="数字有误")

    second = publish(kind=NoticeKind.RESOLUTION, subject_kind="resolution", subject_id=7)

    assert queries.notice_of(NoticeKind.RESOLUTION, "resolution", 7) is second


def test_a_withdrawn_notice_never_counts_as_having_run(cast, publish):
    notice = publish()
    services.withdraw(cast.actor("staff"), notice, reason="数字有误")

    assert not policy.has_run(notice, date(2027, 1, 1))
    assert not queries.cleared(notice, date(2027, 1, 1))


def test_withdrawing_needs_a_reason_and_happens_once(cast, publish):
    notice = publish()
    staff = cast.actor("staff")
    with pytest.raises(Refused):
        services.withdraw(staff, notice, reason="  ")
    services.withdraw(staff, notice, reason="数字有误")

    with pytest.raises(Refused):
        services.withdraw(staff, notice, reason="再撤一次")


def test_the_board_shows_what_hangs_that_day_the_first_to_end_first(cast, publish):
    long, short = publish(title="长", days=30), publish(title="短")
    services.withdraw(cast.actor("staff"), publish(title="撤回"), reason="有误")

    rows = first_rows(queries.running(cast.community.id, date(2026, 3, 17)), 9)
    later = first_rows(queries.running(cast.community.id, date(2026, 3, 18)), 9)

    assert [row.id for row in rows] == [short.id, long.id]
    assert [row.id for row in later] == [long.id]


def test_without_a_rule_for_the_day_nothing_is_published(publish):
    with clock.frozen(clock.at(date(2025, 12, 31), 9)), pytest.raises(Refused):
        publish()


@pytest.mark.both_engines
def test_what_a_notice_says_cannot_be_changed_in_the_database(publish):
    notice = publish()

    with pytest.raises(IntegrityError):
        db.session.execute(update(Notice).where(Notice.id == notice.id).values(body="改"))


@pytest.mark.both_engines
def test_a_notice_cannot_be_deleted_in_the_database(publish):
    notice = publish()

    with pytest.raises(IntegrityError):
        db.session.execute(delete(Notice).where(Notice.id == notice.id))


def test_staff_publish_through_the_form(cast, sign_in):
    answer = sign_in(cast.staff).post(
        "/notices/new",
        data={"title": "停水", "body": "内容", "days": "", "contact": "电话"},
    )

    notice = db.session.scalars(select(Notice)).one()
    assert (answer.status_code, answer.location) == (303, f"/notices/{notice.id}")
    assert db.session.scalar(select(AuditEntry.action).order_by(AuditEntry.id.desc())) == (
        "notice.publish"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "长" * 151), ("title", ""), ("body", "文" * 10_001), ("days", "14"), ("days", "abc"),
     ("days", "99999999999999999999"), ("contact", "")],
)  # fmt: skip
def test_wrong_entries_come_back_with_the_error_beside_the_field(cast, sign_in, field, value):
    data = {"title": "题", "body": "文", "days": "", "contact": "电话"}

    answer = sign_in(cast.staff).post("/notices/new", data=data | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.session.scalar(select(Notice.id)) is None


def test_what_is_published_elsewhere_is_not_published_here(cast, sign_in):
    page = sign_in(cast.staff).get("/notices/new").text
    sign_in(cast.staff).post(
        "/notices/new",
        data={"kind": "resolution", "title": "决议", "body": "文", "contact": "电话"},
    )

    assert 'name="kind"' not in page
    assert "不少于 15 天" in page
    assert db.session.scalars(select(Notice)).one().kind is NoticeKind.AFFAIRS


def test_a_withdrawn_notice_is_published_again_with_its_words(cast, publish, sign_in):
    notice = publish(title="一季度账目")
    services.withdraw(cast.actor("staff"), notice, reason="数字有误")
    db.session.commit()
    staff = sign_in(cast.staff)

    again = f"/notices/new?community={cast.community.id}&amp;before={notice.id}"
    assert again in staff.get(f"/notices/{notice.id}").text
    assert 'value="一季度账目"' in staff.get(again.replace("&amp;", "&")).text
    notice_id = notice.id
    assert again not in sign_in(cast.resident).get(f"/notices/{notice_id}").text
    elsewhere = sign_in(cast.neighbour_staff).get(f"/notices/new?before={notice_id}")
    assert elsewhere.status_code == 404


def test_rare_characters_and_scripts_are_kept_and_shown_as_text(cast, sign_in):
    sign_in(cast.staff).post(
        "/notices/new",
        data={"title": "𠮷䶮<script>", "body": "=1+1", "contact": "电话"},
    )

    notice = db.session.scalars(select(Notice)).one()
    page = sign_in(cast.staff).get(f"/notices/{notice.id}").text
    assert notice.title == "𠮷䶮<script>"
    assert "𠮷䶮&lt;script&gt;" in page


def test_residents_cannot_publish(cast, sign_in):
    assert sign_in(cast.resident).get("/notices/new").status_code == 403
    assert sign_in(cast.resident).post("/notices/new", data={}).status_code == 403


def test_another_communitys_staff_cannot_withdraw(cast, publish, sign_in):
    notice_id = publish().id
    neighbour = sign_in(cast.neighbour_staff)

    assert neighbour.get(f"/notices/{notice_id}/withdraw").status_code == 404
    assert neighbour.post(f"/notices/{notice_id}/withdraw", data={"reason": "x"}).status_code == 404
    assert db.session.get(Notice, notice_id).withdrawn_at is None


def test_a_withdrawal_is_readable_with_its_reason(cast, publish, sign_in):
    notice_id = publish().id
    sign_in(cast.staff).post(
        f"/notices/{notice_id}/withdraw", data={"reason": "数字有误，重新公示"}
    )

    assert "数字有误，重新公示" in sign_in(cast.resident).get(f"/notices/{notice_id}").text


def test_anybody_reads_a_notice_and_prints_it(client, publish):
    notice = publish()

    assert "第一季度" in client.get(f"/notices/{notice.id}").text
    printed = client.get(f"/notices/{notice.id}/print").text
    for part in ("2026年3月2日", "2026年3月17日", "0830-2345678", "桂花社区", "第三十四条"):
        assert part in printed
    assert client.get("/notices/999999").status_code == 404


def test_the_list_shows_ones_own_communities_and_filters(cast, publish, sign_in):
    publish(title="甲事项")
    publish(title="乙事项", kind=NoticeKind.POINTS)
    services.publish(
        cast.actor("neighbour_staff"), community_id=cast.neighbour.id, kind=NoticeKind.AFFAIRS,
        title="邻居事项", body="内容", contact="电话",
    )  # fmt: skip
    db.session.commit()
    reader = sign_in(cast.resident)

    everything = reader.get("/notices").text
    points = reader.get("/notices?kind=points&state=running").text
    with clock.frozen(MONDAY + timedelta(days=10)):
        ended = reader.get("/notices?state=ended").text

    assert "甲事项" in everything
    assert "乙事项" in everything
    assert "邻居事项" not in everything
    assert "甲事项" not in points
    assert "乙事项" in points
    assert "乙事项" in ended
    assert "甲事项" not in ended
    assert "邻居事项" in sign_in(cast.street_officer).get("/notices").text


@pytest.mark.parametrize("address", ["?kind=nonsense", "?state=nonsense", "?page=-3", "?page=abc"])
def test_nonsense_in_the_address_of_the_list_does_no_harm(cast, sign_in, address):
    assert sign_in(cast.staff).get(f"/notices{address}").status_code == 200


@pytest.mark.both_engines
def test_the_list_costs_as_many_queries_for_many_notices_as_for_one(
    cast, publish, sign_in, counted
):
    reader = sign_in(cast.staff)
    publish()
    reader.get("/notices")
    with counted() as one:
        reader.get("/notices")
    for number in range(12):
        publish(title=f"事项{number}")
    with counted() as many:
        reader.get("/notices")

    assert len(one) == len(many)


def test_the_list_begins_with_what_was_published_last(cast, publish):
    with clock.frozen(MONDAY + timedelta(days=3)):
        later = publish(title="后公示")
    earlier = publish(title="先公示")

    listed = first_rows(queries.notices_for(cast.actor("staff"), clock.today()), 9)

    assert [row.id for row in listed] == [later.id, earlier.id]


def test_the_paper_says_how_to_object(publish, client):
    sheet = client.get(f"/notices/{publish().id}/print").text
    assert "请以真实姓名，通过电话或当面向居民委员会反映" in sheet
