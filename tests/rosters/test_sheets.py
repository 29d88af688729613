from __future__ import annotations

import io
import os
import re
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import i18n
from app.core.errors import Refused
from app.rosters import sheets
from app.rosters.sheets import archives
from app.rosters.sheets.rows import Sign
from tests.rosters.spreadsheets import ods, ods_of, replaced, xls, xlsx

ROWS = [["姓名", "手机"], ["张三", "13800001234"], ["李𠮷䶮", "0830-3112345"]]


@pytest.fixture(autouse=True)
def _english():
    """Refusals are compared by their English words."""
    token = i18n._language.set("en")
    yield
    i18n._language.reset(token)


def cells(sheet):
    return [row.cells for row in sheet.rows]


def refusal(content, name="花名册.xlsx"):
    with pytest.raises(Refused) as caught:
        sheets.read(name, content)
    assert caught.value.field == "file"
    return str(caught.value.message)


# --- what is read ---


@pytest.mark.parametrize("write", [xlsx, xls, ods])
def test_each_format_gives_the_same_rows(write):
    assert cells(sheets.read("f", write(ROWS))) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_office_programs_write(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    assert cells(sheets.read("f.csv", text.encode(encoding))) == ROWS


def test_gbk_from_old_programs_is_read():
    assert cells(sheets.read("f.csv", "姓名,手机\n张三,138\n".encode("gbk")))[1] == ["张三", "138"]


def test_the_extension_does_not_matter():
    assert cells(sheets.read("f.xls", xlsx(ROWS))) == ROWS
    assert cells(sheets.read("f.xlsx", "姓名,手机\n张三,138".encode()))[1] == ["张三", "138"]


def test_a_number_has_no_point_zero_and_no_exponent():
    row = [13800001234, 1.5, True, 0]
    assert cells(sheets.read("f", xlsx([row])))[0] == ["13800001234", "1.5", "TRUE", "0"]


@pytest.mark.parametrize("number", [510502195603120013, 510502560312001, 5.1e17])
@pytest.mark.parametrize("write", [xlsx, xls])
def test_of_an_identity_number_kept_as_a_number_nothing_is_left(write, number):
    said = cells(sheets.read("f", write([["身份证号"], [number]])))[1][0]
    assert set(said) == {"≈", "*"}


def test_dates_become_iso():
    row = [date(1956, 3, 12), datetime(2026, 1, 2, 8, 30)]  # noqa: DTZ001 - as in a sheet
    assert cells(sheets.read("f", xlsx([row])))[0] == ["1956-03-12", "2026-01-02 08:30"]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_merged_cell_speaks_for_all_it_covers(write):
    rows = [["姓名", "房号", "x"], ["张三", "101", "1"], ["李四", None, "2"], ["王五", "102", "3"]]
    merged = [("B2:B3", "101")] if write is xlsx else [(1, 2, 1, 1)]
    assert [row[1] for row in cells(sheets.read("f", write(rows, merged=merged)))] == [
        "房号", "101", "101", "102",
    ]  # fmt: skip


def test_a_merged_title_is_filled_to_the_right_only_as_far_as_there_are_columns():
    content = xlsx([[None], ["姓名", "手机"]], merged=[("A1:Z1", "桂花社区")])
    assert cells(sheets.read("f", content)) == [["桂花社区"] * 2, ["姓名", "手机"]]


def test_empty_rows_and_trailing_columns_are_dropped_but_rows_keep_their_numbers():
    rows = [[None], ["姓名", "", " "], [], [""], ["张三", None, None]]
    sheet = sheets.read("f", xlsx(rows))
    assert sheet.rows == [(2, ["姓名"], ()), (5, ["张三"], ())]


def test_rows_of_a_csv_are_numbered_as_excel_shows_them():
    sheet = sheets.read("f.csv", '姓名,备注\n\n张三,"两\n行"\n李四,x\n'.encode())
    assert [row.number for row in sheet.rows] == [1, 3, 4]
    assert sheet.rows[1].cells[1] == "两\n行"


def test_all_sheets_are_read_but_empty_ones_and_hidden_ones_are_marked():
    content = xlsx(("1栋", ROWS), ("空", []), ("2栋", ROWS[:2]))
    assert [(s.name, len(s.rows)) for s in sheets.read_all("f", content)] == [
        ("1栋", 3),
        ("2栋", 2),
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").replace(b'name="1', b'state="hidden" name="1')
    hidden = replaced(content, "xl/workbook.xml", book)
    read = {
        s.name: {sign for row in s.rows for sign in row.signs} for s in sheets.read_all("f", hidden)
    }
    assert read == {"1栋": {Sign.HIDDEN}, "2栋": set()}
    assert sheets.read("f", hidden).name == "2栋"


def test_what_cannot_be_seen_is_taken_out_of_cells():
    text = "\u202d138\u200b0000\u00ad1234\u202c\ufeff"
    assert sheets.text_of(text) == "13800001234"
    assert sheets.text_of("a\r\nb\x00") == "a\nb"


def test_an_apostrophe_that_disarmed_a_formula_is_taken_off_again():
    sheet = sheets.read("f.csv", "电话,名\n'+86 138,'张\n".encode())
    assert sheet.rows[1].cells == ["+86 138", "'张"]


def test_the_first_line_may_say_what_separates_the_cells():
    sheet = sheets.read("f.csv", b"sep=;\r\na;b,c\r\n")
    assert sheet.rows == [(2, ["a", "b,c"], ())]


TORN = (
    '姓名,电话,住址\n夏一,138,2栋\n夏二,"139,3栋\n夏三,137,4栋\n夏四,136,5栋\n',
    '姓名,电话,住址\n夏一,138,2栋\n夏二,"139,3栋\n夏三,137,"4栋"\n夏四,136,5栋\n',
    '姓名,电话,住址\r\n夏一,138,2栋\r\n"夏二,139,3栋\r\n夏三,137,4栋\r\n夏四,136,5栋',
    '姓名,电话,住址\n夏一,138,2栋\n夏二,139,3栋\n夏三,137,4栋\n夏四,"136,5栋',
)


@pytest.mark.parametrize("text", TORN)
def test_a_quotation_mark_that_is_not_closed_swallows_nobody(text):
    sheet = sheets.read("f.csv", text.encode())
    assert cells(sheet)[1:] == [
        ["夏一", "138", "2栋"], ["夏二", "139", "3栋"], ["夏三", "137", "4栋"], ["夏四", "136", "5栋"],
    ]  # fmt: skip
    assert [row.number for row in sheet.rows] == [1, 2, 3, 4, 5]
    assert sum(bool(row.signs) for row in sheet.rows) >= 1


def test_a_cell_of_several_lines_is_one():
    sheet = sheets.read("f.csv", '姓名,备注,住址\n夏一,"独居,\n""低保""",2栋\n夏二,,3栋\n'.encode())
    assert cells(sheet)[1:] == [["夏一", '独居,\n"低保"', "2栋"], ["夏二", "", "3栋"]]
    assert not any(row.signs for row in sheet.rows)


def test_a_hundred_thousand_quotation_marks_take_no_time():
    text = "姓名,电话\n" + '夏一,"138\n' * 20_000
    assert len(sheets.read("f.csv", text.encode()).rows) == 20_001


def test_lines_in_two_encodings_are_each_read_in_their_own():
    content = "姓名,电话\n夏一,138\n".encode("gb18030") + "夏二,139\n".encode()
    assert cells(sheets.read("f.csv", content))[1:] == [["夏一", "138"], ["夏二", "139"]]


def test_a_broken_byte_spoils_its_own_cell_alone():
    content = (
        "姓名,电话\n夏一,138\n".encode("gb18030")
        + b"\xff\xfe,139\n"
        + "夏三,137\n".encode("gb18030")
    )
    read = cells(sheets.read("f.csv", content))
    assert [read[1], read[3]] == [["夏一", "138"], ["夏三", "137"]]
    assert "\ufffd" in read[2][0]


def test_hidden_rows_and_formulas_without_a_value_are_told():
    content = xlsx([["姓名", "电话"], ["夏一", "138"], ["夏二", "139"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").decode()
    row = re.search('<row r="3"[^>]*>', part)[0]
    part = part.replace(row, row.replace("<row ", '<row hidden="1" '))
    part = re.sub(
        '<c r="B2"[^>]*>.*?</c>', '<c r="B2"><f>CONCATENATE("1","38")</f><v></v></c>', part
    )
    sheet = sheets.read("f", replaced(content, "xl/worksheets/sheet1.xml", part.encode()))
    assert cells(sheet)[1:] == [["夏一", "=?"], ["夏二", "139"]]
    assert [row.signs for row in sheet.rows] == [(), (), (Sign.HIDDEN,)]


def test_an_archive_with_backslashes_is_to_be_saved_again():
    out = io.BytesIO()
    content = xlsx([["姓名"], ["夏一"]])
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("/", "\\"), old.read(name))
    with pytest.raises(Refused, match="save it again"):
        sheets.read("f.xlsx", out.getvalue())


def test_stray_formats_far_away_do_no_harm():
    out = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "姓名")
    sheet.write_blank(1048575, 16383, None, book.add_format({"bold": True}))
    book.close()
    assert cells(sheets.read("f", out.getvalue())) == [["姓名"]]


def test_full_width_signs_become_half_width():
    assert sheets.half_width("１３８－００００　ＡＢｃ（张）") == "138-0000 ABc(张)"


# --- what is refused ---


@pytest.mark.parametrize(
    "content", [b"", b"  \r\n", b"\xef\xbb\xbf", xlsx([]), xlsx([[None, " "]])]
)
def test_an_empty_file_is_refused(content):
    assert "nothing in this file" in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(500),  # a program
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        os.urandom(4096) + b"\0\1",
        b"PK\x03\x04not a zip",
    ],
)
def test_what_is_no_spreadsheet_is_refused(content):
    message = refusal(content)
    assert "not a spreadsheet" in message or "damaged" in message


def test_a_word_document_is_no_spreadsheet():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "not a spreadsheet" in refusal(out.getvalue())


@pytest.mark.parametrize("opening", [b"<html><table>", b"\n<?xml version='1.0'?>", b"%PDF-1.7"])
def test_a_web_page_under_the_name_of_a_spreadsheet_is_named(opening):
    assert "web page" in refusal(opening + b"<tr><td>1</td></tr>")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("write", [xlsx, xls, ods])
def test_a_truncated_file_is_damaged(share, write):
    content = write([["姓名", str(number)] for number in range(200)])
    cut = content[: int(len(content) * share)]
    if write is xls and share == 0.99:
        assert sheets.read("f", cut)  # only the padding is gone
    else:
        assert "damaged" in refusal(cut)


def test_a_locked_workbook_is_named():
    assert "password" in refusal(xls(ROWS, name="EncryptedPackage"))
    assert "password" in refusal(xls(ROWS, extra=struct.pack("<HH2x", 0x2F, 2)))


def test_an_old_workbook_with_impossible_coordinates_is_damaged():
    far = struct.pack("<HHHHHd", 0x203, 14, 65535, 65535, 0, 1.0)
    assert "damaged" in refusal(xls(ROWS, extra=far))
    dimensions = struct.pack("<HHIIHHH", 0x200, 14, 0, 0xFFFFFFFF, 0, 0xFFFF, 0)
    assert "damaged" in refusal(xls(ROWS, extra=dimensions))
    corner = struct.pack("<HHHHHd", 0x203, 14, 65535, 255, 0, 1.0)
    assert "enormous" in refusal(xls(ROWS, extra=corner))


def test_an_ods_that_is_no_xml_is_damaged():
    assert "damaged" in refusal(ods_of("<table:table><text:p>x</text:q></table:table>"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = replaced(xlsx(ROWS), "xl/media/a.bin", bytes(300_000_000))
    assert len(bomb) < 1_000_000
    assert "enormous" in refusal(bomb)


def test_a_zip_that_lies_about_its_size_is_refused():
    content = replaced(xlsx(ROWS), "xl/media/a.bin", bytes(50_000_000))
    size = struct.pack("<I", 50_000_000)
    assert content.count(size) >= 1
    assert "enormous" in refusal(content.replace(size, struct.pack("<I", 1000)))


def test_a_cell_at_the_end_of_the_world_is_refused_and_does_not_end_the_server():
    out = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "姓名")
    sheet.write(1048575, 16383, "x")
    book.close()
    assert "enormous" in refusal(out.getvalue())


@pytest.mark.parametrize(
    "data",
    [
        b'<row r="1"><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c><v>1</v></c></row><row r="1000000">' + b"<c><v>1</v></c>" * 100 + b"</row>",
        b'<x:c s="1" r="A1"><x:v>1</x:v></x:c><x:c r="XFD1000000"><x:v>1</x:v></x:c>',
    ],
)
def test_far_cells_are_found_however_they_are_written(data):
    whole = b"<worksheet><sheetData>" + data + b"</sheetData></worksheet>"
    with pytest.raises(archives.UnsafeArchiveError):
        archives.check(replaced(xlsx(ROWS), "xl/worksheets/sheet1.xml", whole))


def test_an_ods_that_repeats_one_cell_a_billion_times_is_refused():
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16000">'
        "<text:p>x</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    assert "enormous" in refusal(ods_of(f'<table:table table:name="a">{row}</table:table>'))


def test_an_ods_with_the_usual_empty_rest_is_read():
    rest = (
        '<table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    cell = '<table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell>'
    row = f"<table:table-row>{cell}</table:table-row>"
    content = ods_of(f'<table:table table:name="a">{row}{rest}</table:table>')
    assert cells(sheets.read("f", content)) == [["姓名"]]


def test_too_many_rows_are_refused():
    lines = "张三,138\n" * (sheets.MOST_ROWS + 1)
    assert "50000 rows" in refusal(lines.encode())


def test_ten_megabytes_of_text_are_refused():
    assert refusal("的".encode() * 3_500_000)


def test_merged_cells_over_a_whole_sheet_cost_nothing():
    area = '<mergeCell ref="A1:XFD1048576"/>' * 5000
    data = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c><c r="B2"><v>2</v></c></row></sheetData>'
        f"<mergeCells>{area}</mergeCells></worksheet>"
    )
    sheet = sheets.read("f", replaced(xlsx(ROWS), "xl/worksheets/sheet1.xml", data))
    assert cells(sheet) == [["1", "1"], ["1", "1"]]


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=3000),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_any_bytes_are_read_or_refused(content, opening):
    with suppress(Refused):
        for sheet in sheets.read_all("f", opening + content):
            assert all(len(row.cells) == sheet.width for row in sheet.rows)


WORKBOOK, OLD_WORKBOOK = xlsx(ROWS), xls(ROWS)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_workbook_with_a_few_wrong_bytes_is_read_or_refused(data):
    content = bytearray(data.draw(st.sampled_from([WORKBOOK, OLD_WORKBOOK])))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        sheets.read_all("f", bytes(content))


@settings(deadline=None)
@given(st.text())
def test_full_width_once_is_full_width_for_good(text):
    assert sheets.half_width(sheets.half_width(text)) == sheets.half_width(text)
    assert len(sheets.half_width(text)) == len(text)


def test_whole_numbers_written_as_floats_are_numbers():
    text = "姓名,电话,房号\n张三,13822220003.0,103.0\n李四,1.38E+10,1.5\n"
    sheet = sheets.read("floats.csv", text.encode())
    assert [row.cells for row in sheet.rows][1:] == [
        ["张三", "13822220003", "103"],
        ["李四", "1.38E+10", "1.5"],
    ]
