"""The list of awards, and one person's account, as staff see them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.points.conftest import DAY

HTMX = {"HX-Request": "true"}


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.get_data(as_text=True)


def test_staff_see_the_awards_of_their_community_only(cast, sign_in, attended):
    attended(cast.zhang)
    attended(cast.neighbour_person)
    page = text_of(sign_in(cast.staff).get("/points"))
    assert "张建国" in page
    assert "周海" not in page
    assert "周海" in text_of(sign_in(cast.street_officer).get("/points"))


def test_the_list_is_filtered_by_name_state_rule_and_days(cast, sign_in, attended, request_for):
    attended(cast.zhang)
    attended(cast.li, on=DAY - timedelta(days=30))
    request_for([cast.wang], code="patrol")
    client = sign_in(cast.staff)

    def names(query):
        page = text_of(client.get(f"/points?{query}"))
        return {name for name in ("张建国", "李秀英", "王芳") if name in page}

    assert names("q=zjg") == {"张建国"}
    assert names("status=pending") == {"王芳"}
    assert names("rule=attended") == {"张建国", "李秀英"}
    assert names(f"to={DAY - timedelta(days=1)}") == {"李秀英"}
    assert names(f"from={DAY}") == {"张建国", "王芳"}
    assert names("status=nonsense&from=yesterday&page=-3&community=x") == {
        "张建国",
        "李秀英",
        "王芳",
    }


@pytest.mark.both_engines
def test_typing_a_name_brings_only_the_list(cast, sign_in, attended):
    attended(cast.zhang)
    answer = sign_in(cast.staff).get("/points?q=zjg", headers={**HTMX, "HX-Target": "awards"})
    page = text_of(answer)
    assert page.lstrip().startswith('<div id="awards"')
    assert "张建国" in page


@pytest.mark.both_engines
def test_the_list_costs_the_same_for_one_row_and_for_thirty(cast, sign_in, attended, count_queries):
    client = sign_in(cast.staff)
    attended(cast.zhang, 0)
    client.get("/points")
    few = count_queries(lambda: client.get("/points"))
    for meeting in range(1, 30):
        attended(cast.zhang, meeting)
    assert count_queries(lambda: client.get("/points")) == few


def test_the_file_has_the_rows_of_the_filter(cast, sign_in, attended, request_for):
    attended(cast.zhang)
    request_for([cast.li])
    answer = sign_in(cast.staff).get("/points/awards.csv?rule=attended")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "张建国" in lines[1]


def test_one_persons_account_is_shown_to_staff(cast, sign_in, attended):
    attended(cast.zhang)
    client = sign_in(cast.staff)
    assert "第三次议事会" in text_of(client.get(f"/points/people/{cast.zhang.id}"))
    assert client.get(f"/points/people/{cast.neighbour_person.id}").status_code == 404
    assert "points/people" in text_of(client.get(f"/people/{cast.zhang.id}"))


def test_an_award_of_another_community_is_not_found(cast, sign_in, attended):
    award = attended(cast.neighbour_person)
    client = sign_in(cast.staff)
    assert client.get(f"/points/awards/{award.id}").status_code == 404
    assert client.post(f"/points/awards/{award.id}/reverse").status_code == 404
