import re
from datetime import timedelta

import pytest

from app.conventions import policy
from app.conventions.models import ConventionKind
from app.conventions.queries import texts as queries
from app.conventions.services import drafting, opinions
from app.core import clock
from app.core.db import db
from app.core.errors import Refused, Stale


def texts(version):
    return [(clause.position, clause.text) for clause in queries.clauses_of(version.id)]


def test_a_clause_taken_out_closes_the_gap_and_keeps_its_row(draft, cast):
    first = queries.clauses_of(draft.id)[0]
    drafting.remove_clause(cast.actor("staff"), draft, first)
    assert texts(draft) == [(1, "遛犬牵绳。")]
    db.session.refresh(first)
    assert first.position is None


def test_clauses_are_put_in_a_new_order(draft, cast):
    ids = [clause.id for clause in queries.clauses_of(draft.id)]
    drafting.order_clauses(cast.actor("staff"), draft, ids[::-1])
    assert [text for _position, text in texts(draft)] == ["遛犬牵绳。", "先到先停。"]


def test_an_order_that_is_not_of_these_clauses_is_refused(draft, cast):
    with pytest.raises(Stale):
        drafting.order_clauses(cast.actor("staff"), draft, [1, 2, 3])


def test_the_second_of_two_writers_is_told_and_loses_nothing(draft, cast, sign_in):
    clause = queries.clauses_of(draft.id)[0]
    seen = draft.version
    staff = cast.actor("staff")
    drafting.revise_clause(
        staff, draft, clause, heading="停车", text="甲写的。", clause_class=None, seen=seen
    )
    db.session.commit()
    answer = sign_in(cast.second_staff).post(
        f"/conventions/versions/{draft.id}/clauses/{clause.id}",
        data={"heading": "停车", "text": "乙写的。", "clause_class": "", "seen": seen},
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "乙写的。" in page
    assert "甲写的。" in page


@pytest.mark.parametrize("address", ["/edit", "/clauses/{clause}"])
def test_words_that_were_overtaken_can_be_saved_once_the_others_have_been_read(
    draft, cast, sign_in, address
):
    clause = queries.clauses_of(draft.id)[0]
    path = f"/conventions/versions/{draft.id}" + address.format(clause=clause.id)
    seen = draft.version
    drafting.revise(
        cast.actor("staff"),
        draft,
        preamble="甲写的。",
        legal_basis="",
        lawyer_opinion="",
        seen=seen,
    )
    db.session.commit()
    data = frame(draft, preamble="乙写的。") | {
        "text": "乙写的。",
        "heading": "",
        "clause_class": "",
    }
    client = sign_in(cast.second_staff)
    refused = client.post(path, data={**data, "seen": seen})
    assert refused.status_code == 422
    now_seen = re.search(r'name="seen"[^>]*value="(\d+)"', refused.get_data(as_text=True))[1]
    assert client.post(path, data={**data, "seen": now_seen}).status_code == 303


def test_a_slip_does_not_overwrite_what_somebody_else_has_written(draft, cast, sign_in):
    """A form refused for its own fault still knows that it is an old one."""
    clause = queries.clauses_of(draft.id)[0]
    seen = draft.version
    drafting.revise_clause(
        cast.actor("staff"), draft, clause, heading="", text="甲", clause_class=None, seen=seen
    )
    db.session.commit()
    refused = sign_in(cast.second_staff).post(
        f"/conventions/versions/{draft.id}/clauses/{clause.id}",
        data={"heading": "", "text": "", "clause_class": "", "seen": seen},
    )
    assert refused.status_code == 422
    assert re.search(rf'name="seen"[^>]*value="{seen}"', refused.get_data(as_text=True))


def test_a_text_does_not_grow_for_ever(draft, cast, monkeypatch):
    monkeypatch.setattr(policy, "MOST_CLAUSES", 2)
    with pytest.raises(Refused):
        drafting.add_clause(
            cast.actor("staff"), draft, heading="", text="第三条", clause_class=None
        )


def test_nothing_is_changed_once_the_public_reads_it(draft, cast):
    staff = cast.actor("staff")
    opinions.open_comment(staff, draft, until=clock.today() + timedelta(days=7))
    with pytest.raises(Refused):
        drafting.add_clause(staff, draft, heading="", text="后加的", clause_class=None)


def test_staff_of_another_community_do_not_find_it(draft, cast, sign_in):
    client = sign_in(cast.neighbour_staff)
    assert client.get(f"/conventions/versions/{draft.id}/edit").status_code == 404
    assert client.get(f"/conventions/{draft.convention_id}/versions/1").status_code == 404


def test_a_draft_is_not_public(draft, client):
    assert client.get(f"/conventions/{draft.convention_id}").status_code == 404


@pytest.mark.usefixtures("draft")
def test_the_same_title_at_the_same_place_is_refused_beside_its_field(cast, sign_in):
    answer = sign_in(cast.staff).post(
        "/conventions",
        data={
            "kind": "convention",
            "place": cast.community.id,
            "title": "桂花苑居民公约",
            "preamble": "",
            "legal_basis": "",
        },
    )
    assert answer.status_code == 422
    assert "该范围已有同名公约" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "text", ["𠮷" * 10, "=cmd|'/C calc'!A0", "<script>alert(1)</script>", "长" * 2001]
)
def test_odd_input_never_breaks_the_page(draft, cast, sign_in, text):
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{draft.id}/clauses",
        data={"heading": "", "text": text, "clause_class": ""},
        follow_redirects=True,
    )
    assert answer.status_code == (422 if len(text) > 2000 else 200)
    assert "<script>alert" not in answer.get_data(as_text=True)


def frame(version, **more):
    as_it_is = {
        "kind": version.convention.kind.value, "place": version.convention.place_id,
        "title": version.convention.title, "preamble": "", "legal_basis": "", "lawyer_opinion": "",
        "takes_up": "", "seen": version.version,
    }  # fmt: skip
    return as_it_is | more


def test_what_nobody_has_seen_is_called_otherwise(draft, cast, sign_in):
    address, staff = f"/conventions/versions/{draft.id}/edit", sign_in(cast.staff)
    assert 'value="桂花苑居民公约"' in staff.get(address).text
    changed = {"title": "垃圾分类公约", "place": cast.estate.id, "kind": "service_standard"}
    assert staff.post(address, data=frame(draft, **changed)).status_code == 303
    found = draft.convention
    assert (found.title, found.place_id, found.kind) == (
        "垃圾分类公约", cast.estate.id, ConventionKind.SERVICE_STANDARD,
    )  # fmt: skip


def test_two_of_one_place_are_not_called_the_same(draft, cast, sign_in):
    another = drafting.draft(
        cast.actor("staff"), place=cast.community, community=cast.community,
        kind=ConventionKind.CONVENTION, title="养犬公约", preamble="", legal_basis="",
    )  # fmt: skip
    db.session.commit()
    first = queries.version_of(another.id, 1)
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{first.id}/edit", data=frame(first, title="桂花苑居民公约")
    )
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text


def test_what_residents_were_asked_about_keeps_its_name(commented, cast, later, sign_in):
    with later(8):
        drafting.redraft(cast.actor("staff"), commented)
        db.session.commit()
        address, staff = f"/conventions/versions/{commented.id}/edit", sign_in(cast.staff)
        assert 'name="title"' not in staff.get(address).text
        assert staff.post(address, data=frame(commented, title="别的")).status_code == 303
        db.session.refresh(commented.convention)
        assert commented.convention.title == "桂花苑居民公约"
        with pytest.raises(Refused):
            drafting.rename(
                cast.actor("staff"), commented, place=cast.community, community=cast.community,
                kind=ConventionKind.CONVENTION, title="别的",
            )  # fmt: skip


def test_a_draft_is_not_moved_to_another_community(draft, cast, sign_in):
    answer = sign_in(cast.staff).post(
        f"/conventions/versions/{draft.id}/edit", data=frame(draft, place=cast.neighbour.id)
    )
    assert answer.status_code == 422


def test_what_is_known_about_a_text_has_a_card_once_there_is_anything(draft, cast, sign_in):
    page = f"/conventions/{draft.convention_id}/versions/1"
    draft.legal_basis = ""
    db.session.commit()
    assert "文本信息" not in sign_in(cast.staff).get(page).text
    draft.legal_basis = "《四川省城乡社区治理条例》"
    db.session.commit()
    assert "文本信息" in sign_in(cast.staff).get(page).text
