"""Masks, numbers, pages, rules in force, and the time on the wall."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, literal, select, text

from app.core import clock, numbering
from app.core.arguments import date_argument, typed_day
from app.core.dated import in_force
from app.core.db import built_once, db, rows
from app.core.errors import Refused
from app.core.forms import DayField, Form, tidy
from app.core.masking import masked_name, masked_phone
from app.core.ordering import reordered
from app.core.paging import first_rows, paged
from app.core.settings import ROOT
from app.core.states import Machine
from app.notices.models import NoticeKind, NoticeRule
from app.places.models import Place
from app.topics.states import TopicState


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张建国", "张*国"),
        ("欧阳建国", "欧**国"),
        ("张", "张*"),
        ("", ""),
        (None, ""),
    ],
)
def test_names_are_masked(name, masked):
    assert masked_name(name) == masked


@given(st.text(min_size=3, max_size=20))
def test_of_a_longer_name_only_the_ends_show(name):
    masked = masked_name(name)
    assert masked[0] == name[0]
    assert masked[-1] == name[-1]
    assert set(masked[1:-1]) == {"*"}


def test_phones_are_masked():
    assert masked_phone("13800001234") == "138****1234"
    assert masked_phone("08302345678") == "083****5678"
    assert masked_phone("2345678") == "****78"
    assert masked_phone(None) == ""


def test_a_day_in_china_begins_at_sixteen_utc():
    with clock.frozen(datetime(2026, 11, 21, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 22)
    assert clock.at(date(2026, 11, 22)) == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused(cast):
    cast.staff.last_sign_in_at = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(Exception, match="time zone"):
        db.session.flush()


def test_running_numbers_skip_none_and_begin_anew_each_year(cast):
    place = cast.community.id
    assert numbering.number_of_year("paper", place) == f"{clock.today().year}-001"
    assert numbering.number_of_year("paper", place) == f"{clock.today().year}-002"
    with clock.frozen(clock.at(date(2031, 1, 1))):
        assert numbering.number_of_year("paper", place) == "2031-001"


@pytest.mark.usefixtures("app")
def test_numbering_goes_on_behind_history_taken_over():
    numbering.continue_after("paper:1:2026", 41)
    numbering.continue_after("paper:1:2026", 7)
    assert numbering.next_value("paper:1:2026") == 42


@pytest.mark.usefixtures("app")
def test_the_rule_of_the_day_applies():
    on = date(2025, 12, 31)
    assert in_force(NoticeRule, on, kind=NoticeKind.AFFAIRS) is None
    assert in_force(NoticeRule, date(2026, 1, 1), kind=NoticeKind.AFFAIRS).minimum_days == 15
    db.session.add(
        NoticeRule(
            kind=NoticeKind.AFFAIRS, minimum_days=20, effective_from=date(2026, 7, 1), source="试验"
        )
    )
    db.session.flush()
    assert in_force(NoticeRule, date(2026, 6, 30), kind=NoticeKind.AFFAIRS).minimum_days == 15
    assert in_force(NoticeRule, date(2026, 7, 1), kind=NoticeKind.AFFAIRS).minimum_days == 20


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("asked", "shown"), [(1, 1), (2, 2), (99, 4), (-3, 1), (10**9, 4)])
def test_a_page_that_is_not_there_is_the_nearest(asked, shown):
    page = paged(select(Place.id, Place.name).order_by(Place.id), asked, per_page=3)
    assert page.number == shown
    assert 0 < len(page.rows) <= 3


def test_an_order_moves_one_step_or_not_at_all():
    assert reordered(["3", "1", "2"], "2:up") == [3, 2, 1]
    assert reordered(["3", "1", "2"], "3:up") == [3, 1, 2]
    assert reordered(["3", "1", "2"]) == [3, 1, 2]
    with pytest.raises(Exception, match="400"):
        reordered(["3", "x"], None)


def test_a_machine_refuses_what_its_table_does_not_say():
    machine = Machine({(TopicState.DRAFT, "submit"): TopicState.SUBMITTED})
    assert machine.after(TopicState.DRAFT, "submit") is TopicState.SUBMITTED
    with pytest.raises(Refused):
        machine.after(TopicState.SUBMITTED, "submit")


@pytest.mark.both_engines
def test_a_statement_is_built_once_for_its_arguments_and_the_day(app):
    built = []

    @built_once
    def statement(text, *, most=None):
        built.append((text, clock.today()))
        return select(literal(text)).limit(most)

    first, second = date(2026, 11, 23), date(2026, 11, 24)
    with clock.frozen(clock.at(first, 9)):
        kept = statement("a").statement
        assert statement("a").statement is kept
        assert statement("b").statement is not kept
        assert statement("a", most=1).statement is not kept
    with clock.frozen(clock.at(second, 9)):
        assert statement("a").statement is not kept
    assert built == [("a", first), ("b", first), ("a", first), ("a", second)]


def test_the_first_rows_and_a_page_of_a_kept_statement_agree(app):
    kept = select(literal(1).label("n")).union_all(select(literal(2)), select(literal(3)))
    listed = select(kept.subquery().c.n).order_by("n")
    for _again in range(2):
        assert [row.n for row in first_rows(listed, 2)] == [1, 2]
        page = paged(listed, 2, per_page=2)
        assert ([row.n for row in page.rows], page.total) == ([3], 3)


class Numbered(NamedTuple):
    n: int
    name: str


@pytest.mark.both_engines
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("wanted", [bindparam("wanted"), bindparam("wanted", expanding=True)])
def test_rows_are_of_the_shape_that_is_asked_for(wanted):
    first = select(literal(1).label("n"), literal("一").label("name"))
    statement = first.where(literal(1).in_(wanted) if wanted.expanding else literal(1) == wanted)
    value = [1] if wanted.expanding else 1
    for _again in range(3):  # run as it is, prepared, run as prepared
        found = [*rows(statement, Numbered, wanted=value), *first_rows(first, 1, Numbered)]
        assert found == [Numbered(1, "一")] * 2
        assert {type(row) for row in found} == {Numbered}


@pytest.mark.usefixtures("app")
def test_a_shape_with_other_names_than_the_columns_is_refused():
    statement = select(literal(1).label("n"), literal("一").label("title"))
    for _again in range(2):
        with pytest.raises(TypeError, match=r"selects \('n', 'title'\), but Numbered has"):
            rows(statement, Numbered)


@pytest.mark.parametrize(("field", "longest"), [("name", 80), ("address", 200)])
def test_text_longer_than_its_column_is_refused_on_both_engines(cast, field, longest):
    setattr(cast.grid, field, "长" * longest)
    db.session.flush()
    setattr(cast.grid, field, "长" * (longest + 1))
    with pytest.raises(Refused) as refused:
        db.session.flush()
    assert refused.value.field == field
    assert str(longest) in str(refused.value.message)


@pytest.mark.both_engines
@pytest.mark.usefixtures("app")
def test_postgresql_compiles_no_statements(engine):
    if engine == "postgresql":
        assert db.session.scalar(text("SHOW jit")) == "off"


def test_marks_of_direction_are_taken_out_of_what_is_typed():
    assert tidy("停车\u202e费\u2066标准\u200f ") == "停车费标准"


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31", "2026-13-01", "x"])
def test_a_day_no_calendar_shows_is_none(app, since):
    with app.test_request_context(f"/audit?since={since}"):
        assert date_argument("since") is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        *((written, date(1962, 3, 5)) for written in (
            "1962-03-05", "1962/3/5", "1962.3.5", "1962年3月5日", "19620305", " 1962 年 03 月 05 日",
            "１９６２．３．５",
        )),
        *((written, None) for written in ("1962305", "1962-2-30", "62-3-5", "3/5/1962", "1962年3月", "")),
    ],
)  # fmt: skip
def test_a_day_is_read_however_people_type_it(app, typed, day):
    class OneDay(Form):
        on = DayField()

    with app.test_request_context(method="POST", data={"on": typed}):
        form = OneDay()
        assert typed_day(typed) == form.on.data == day
        assert form.on._value() == (day.isoformat() if day else typed)


def test_no_form_reads_dates_in_another_way():
    using = [
        path.relative_to(ROOT)
        for path in (ROOT / "app").rglob("*.py")
        if re.search(r"\bDateField\b", path.read_text(encoding="utf-8"))
    ]
    assert using == [Path("app/core/forms.py")]
