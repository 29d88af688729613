"""Residents learn that a draft wants their opinion: on the board and on their Today."""

import pytest

from app.conventions.models import ConventionKind
from app.conventions.queries import texts, waiting
from app.conventions.services import drafting, opinions
from app.core.db import db

ASKED = "请对公约草案提出意见"
ON_THE_BOARD = "正在征求意见"


def test_a_draft_open_for_comment_hangs_on_the_board_until_its_last_day(
    commented, cast, client, later
):
    address = f"/board?community={cast.community.id}"
    link = f"/conventions/{commented.convention_id}/versions/1"
    for days, seen in ((0, True), (7, True), (8, False)):
        with later(days):
            page = client.get(address).text
            assert (ON_THE_BOARD in page) is (link in page) is seen, days
    assert link not in client.get(f"/board?community={cast.neighbour.id}").text


def test_a_draft_nobody_was_asked_about_is_not_on_the_board(draft, cast, client):
    page = client.get(f"/board?community={cast.community.id}").text
    assert draft.convention.title not in page


def test_residents_are_asked_until_they_have_said_something(commented, cast, sign_in, later):
    page = sign_in(cast.resident).get("/today").text
    assert ASKED in page
    assert f"/conventions/{commented.convention_id}/versions/1" in page
    opinions.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    db.session.commit()
    assert ASKED not in sign_in(cast.resident).get("/today").text
    assert ASKED in sign_in(cast.other_resident).get("/today").text
    assert ASKED not in sign_in(cast.neighbour_resident).get("/today").text
    with later(8):
        assert waiting.waiting(cast.actor("other_resident")) == []


@pytest.mark.both_engines
def test_many_drafts_cost_no_more_queries_than_one(commented, cast, sign_in, count_queries):
    pages = ("/today", f"/board?community={cast.community.id}")
    client = sign_in(cast.other_resident)
    for page in pages:
        client.get(page)
    few = [count_queries(lambda page=page: client.get(page)) for page in pages]
    staff = cast.actor("staff")
    for number in range(4):
        another = drafting.draft(
            staff, place=cast.estate, community=cast.community, kind=ConventionKind.CONVENTION,
            title=f"养犬公约{number}", preamble="", legal_basis="",
        )  # fmt: skip
        version = texts.version_of(another.id, 1)
        drafting.add_clause(staff, version, heading="", text="牵绳", clause_class=None)
        opinions.open_comment(staff, version, until=commented.comment_until)
    db.session.commit()
    assert "养犬公约3" in client.get("/today").text
    assert [count_queries(lambda page=page: client.get(page)) for page in pages] == few
