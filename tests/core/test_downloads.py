from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.core import downloads
from app.rosters import sheets

HEAD = ["姓名", "电话", "日期", "时刻", "分"]
ATTACK = "=cmd|'/C calc'!A0"


def test_a_workbook_says_back_what_was_written():
    rows = [
        ["张三", "013800001234", date(2026, 3, 12), datetime(2026, 3, 12, 1, 30, tzinfo=UTC), 5]
    ]
    sheet = sheets.read("f", downloads.workbook("居民名册", HEAD, rows))
    assert [row.cells for row in sheet.rows][1:] == [
        HEAD,
        ["张三", "013800001234", "2026-03-12", "2026-03-12 09:30", "5"],
    ]


def test_text_in_a_workbook_is_text_whatever_it_looks_like():
    rows = [[ATTACK, "https://example.org", "mailto:a@b", "\x00\ud800x", True, None]]
    content = downloads.workbook("居民", ["x"] * 6, rows)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python()[2] == [ATTACK, "https://example.org", "mailto:a@b", "x", "True", ""]


@pytest.mark.parametrize("title", ["", "a/b:c*d[e]?", "'History'", "长" * 60, "History"])
def test_any_title_makes_a_workbook(title):
    assert downloads.workbook(title, ["x"], [["1"]])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "\n+"])
def test_a_csv_cell_is_never_calculated(start):
    written = downloads.comma_separated(["x"], [[start + "1+1"]])
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert read[1] == ["'" + start + "1+1"]


def test_a_csv_keeps_negative_numbers_and_plain_text():
    written = downloads.comma_separated(["积分", "姓名"], [[-5, "张三"], [None, date(2026, 1, 2)]])
    assert written == "\ufeff积分,姓名\r\n-5,张三\r\n,2026-01-02\r\n".encode()


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_no_text_makes_a_csv_cell_begin_like_a_formula(texts):
    written = downloads.comma_separated(["x"] * len(texts), [texts]).decode("utf-8-sig")
    for cell in list(csv.reader(io.StringIO(written, newline="")))[-1]:
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("桂花社区居民.xlsx", "桂花社区居民.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"b\r\nc.csv', "a_b__c.csv"),
        ("CON.csv", "_CON.csv"),
        (".csv", "csv"),
        ("", "file"),
        ("长" * 300 + ".csv", "长" * 116 + ".csv"),
        ("\u202egpj.exe", "_gpj.exe"),
    ],
)
def test_file_names_are_safe_everywhere(given_name, safe):
    assert downloads.safe_name(given_name) == safe


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_name_becomes_some_file_name(name):
    safe = downloads.safe_name(name)
    assert 0 < len(safe) <= 122
    assert not set(safe) & set('\r\n\0/\\"')


def test_a_chinese_name_reaches_the_browser(app):
    with app.test_request_context():
        response = downloads.send(b"x", "居民 名册.csv", downloads.CSV)
    assert (
        "filename*=UTF-8''%E5%B1%85%E6%B0%91%20%E5%90%8D%E5%86%8C.csv"
        in (response.headers["Content-Disposition"])
    )
    assert response.headers["Content-Disposition"].startswith("attachment")
