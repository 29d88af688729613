"""The public board: what anybody may read, and never whose it is."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.board import queries
from app.conventions.queries import texts as conventions
from app.core import clock
from app.core.db import db
from app.core.paging import first_rows
from app.ledger import interface as ledger
from app.meetings.queries import meetings
from app.notices import queries as notices_there
from app.notices import services as notices
from app.notices.models import NoticeKind
from app.people.models import Person
from app.points.models import Award, AwardStatus
from app.resolutions import services as resolutions
from tests.resolutions import given

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def story():
    return db.session.scalar(select(User.community_id).where(User.username == "staff"))


@pytest.fixture
def board(full):
    answer = full.app.test_client().get(f"/board?community={story()}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.slow
def test_no_resident_stands_on_it_by_name_or_telephone(board):
    shown = re.findall(r"<td[^>]*>([^<]*)</td>|<span[^>]*>([^<]*)</span>", board)
    cells = {part.strip() for pair in shown for part in pair}
    everybody = set(db.session.scalars(select(Person.name)))
    assert len(everybody) > 1000
    assert cells & everybody == set()
    # Names of three characters and more name a resident wherever they stand.
    text = re.sub(r"<[^>]+>", " ", board)
    assert [name for name in everybody if len(name) > 2 and name in text] == []
    assert PHONE.findall(board) == []
    credited = db.session.scalars(
        select(Person.name)
        .join(Award, Award.person_id == Person.id)
        .where(Award.status == AwardStatus.POSTED, Award.community_id == story())
        .order_by(Award.id.desc())
        .limit(1)
    ).one()
    assert f"{credited[0]}*" in board


@pytest.mark.slow
def test_it_shows_what_has_to_be_public(board):
    place = story()
    hanging = first_rows(notices_there.running(place, clock.today()), 20)
    in_force = first_rows(conventions.in_force(place, clock.today()), 20)
    seals = ledger.latest_seals(7)
    for shown in (
        [row.title for row in hanging],
        [row.title for row in meetings.upcoming(place)],
        [row.number for row in decided_here()],
        [row.title for row in in_force],
        [seal.digest[:16] for seal in seals],
    ):
        assert shown
        for text in shown:
            assert text in board


def decided_here():
    return first_rows(queries.decided(story()), 8)


@pytest.mark.slow
def test_it_counts_tasks_as_the_staffs_pages_do(full, board, enter):
    decided = [row for row in decided_here() if row.tasks and not row.result_id]
    assert any(0 < row.done < row.tasks for row in decided)
    staff = enter("staff")
    on_the_list = staff.get("/resolutions").text
    for row in decided:
        assert f"任务{row.tasks}项，已办结{row.done}项" in board
        assert f"{row.done} / {row.tasks}" in on_the_list
        own_page = re.sub(r"<[^>]+>|\s+", "", staff.get(f"/resolutions/{row.id}").text)
        assert f"任务办结{row.done}/{row.tasks}" in own_page


@pytest.mark.slow
def test_numbers_and_days_stay_on_one_line(board):
    cells = re.findall(r"<td([^>]*)>[^<]*(?:〔2026〕|\d日)[^<]*</td>", board)
    assert cells
    assert all('class="nowrap"' in attributes for attributes in cells)


def test_every_link_on_it_opens_for_anybody(full, board):
    client = full.app.test_client()
    links = set(re.findall(r'href="(/(?:notices|conventions)/\d+)"', board))
    assert len(links) > 1
    for link in links:
        page = client.get(link)
        assert page.status_code == 200, link
        assert PHONE.findall(page.text) == []


@pytest.mark.both_engines
@pytest.mark.slow
def test_of_several_communities_one_is_chosen(full):
    client = full.app.test_client()
    page = client.get("/board").text
    assert f"community={story()}" in page
    assert f"community={story()}" not in client.get("/board?q=没有这个社区").text
    assert client.get("/board?community=999999").status_code == 404


def test_a_neighbours_papers_are_not_on_it(cast, client, happen):
    happen("staff", cast.zhang, cast.community, "桂花的事")
    happen("neighbour_staff", cast.neighbour_person, cast.neighbour, "梧桐的事")
    page = client.get(f"/board?community={cast.community.id}").text
    assert "桂花的事收支" in page
    assert "梧桐" not in page
    assert "张*国" in page
    assert "张建国" not in page


@pytest.mark.both_engines
def test_many_rows_cost_no_more_queries_than_few(cast, client, happen, count_queries):
    address = f"/board?community={cast.community.id}"
    for _few in range(2):
        happen("staff", cast.zhang, cast.community)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for _more in range(6):
        happen("staff", cast.li, cast.community)
    assert count_queries(lambda: client.get(address)) == few


def test_two_boards_on_which_nothing_hangs_lead_each_to_its_own_papers(cast, client):
    for community in (cast.community, cast.neighbour):
        page = client.get(f"/board?community={community.id}").text
        assert f"/board/notices?community={community.id}" in page


@pytest.mark.slow
def test_all_resolutions_lead_to_what_was_published_of_them(full, board):
    client = full.app.test_client()
    address = f"/board/resolutions?community={story()}"
    assert address in board
    page = client.get(address).text
    found = set(re.findall(r'href="(/notices/\d+)"', page))
    assert len(found) > len(decided_here())  # each has its notice, most a result as well
    for link in found:
        assert client.get(link).status_code == 200
    assert "张建国" not in page


@pytest.mark.slow
def test_notices_that_have_hung_are_found_again(full, board):
    client = full.app.test_client()
    address = f"/board/notices?community={story()}"
    assert address in board
    page = client.get(address).text
    hung = re.findall(r'href="(/notices/\d+)"', page)
    assert any(link not in board for link in hung)


@pytest.mark.slow
def test_both_lists_can_be_had_by_year(full):
    client = full.app.test_client()
    for list_ in ("resolutions", "notices"):
        address = f"/board/{list_}?community={story()}"
        this_year = clock.today().year
        years = [client.get(f"{address}&year={year}").text for year in (this_year, this_year - 1)]
        found = [set(re.findall(r'href="(/notices/\d+)"', page)) for page in years]
        assert found[0]
        assert not found[0] & found[1]
        assert f"{this_year - 7}年没有内容" in client.get(f"{address}&year={this_year - 7}").text
        everything = client.get(address).text
        assert found[0] & set(re.findall(r'href="(/notices/\d+)"', everything))
        assert f'<option value="{this_year - 7}"' not in everything  # nothing is of that year
        assert client.get(f"{address}&year=x").status_code == 200


def test_the_years_are_those_in_which_something_hung(cast, client):
    address = f"/board/notices?community={cast.community.id}"
    for year in (2026, 2028):
        with clock.frozen(clock.at(date(year, 3, 2), 9)):
            notices.publish(
                cast.actor("staff"), community_id=cast.community.id, kind=NoticeKind.POINTS,
                title=f"{year}年的积分", body="无", contact="居委会",
            )  # fmt: skip
    db.session.commit()
    page = client.get(address).text
    assert re.findall(r'<option value="(\d+)"', page) == ["2028", "2026"]
    of_year = client.get(f"{address}&year=2026").text
    assert "2026年的积分" in of_year
    assert "2028年的积分" not in of_year
    assert "2027年没有内容" in client.get(f"{address}&year=2027").text
    assert "2026年的积分" in client.get(f"{address}&year=99999").text


def test_what_a_sensitive_topic_came_to_is_on_none_of_its_pages(cast, client):
    for title, sensitive in (("充电桩", False), ("两户的纠纷", True)):
        with clock.frozen(given.NOW):
            resolution = given.resolution(cast, title=title, sensitive=sensitive)
            notice = resolutions.publish(cast.actor("staff"), resolution, contact="居委会")
            db.session.commit()
            for page in ("", "/resolutions", "/notices"):
                shown = client.get(f"/board{page}?community={cast.community.id}").text
                assert (f"/notices/{notice.id}" in shown) is not sensitive


def test_of_no_community_there_is_no_list(client):
    for list_ in ("resolutions", "notices"):
        for asked in ("", "?community=987654", "?community=x"):
            assert client.get(f"/board/{list_}{asked}").status_code == 404


def test_what_was_withdrawn_is_on_no_list(cast, client):
    notice = notices.publish(
        cast.actor("staff"),
        community_id=cast.community.id,
        kind=NoticeKind.AFFAIRS,
        title="写错的收支",
        body="错",
        contact="居委会",
    )
    address = f"/board/notices?community={cast.community.id}"
    db.session.commit()
    assert "写错的收支" in client.get(address).text
    notices.withdraw(cast.actor("staff"), notice, reason="写错")
    db.session.commit()
    assert "写错的收支" not in client.get(address).text
