"""Real spreadsheet files for tests, made in memory."""

from __future__ import annotations

import io
import struct
import zipfile
from xml.sax.saxutils import escape

import xlsxwriter


def xlsx(*sheets, merged=()):
    """A workbook. `sheets` are rows, or (name, rows); `merged` is (range, value) in the first."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for place, given in enumerate(sheets):
        name, rows = given if isinstance(given, tuple) else (None, given)
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
        for area, value in merged if place == 0 else ():
            sheet.merge_range(area, value)
    book.close()
    return out.getvalue()


def replaced(content, part, data):
    """The same archive with one part's bytes replaced (or added)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name), zipfile.ZIP_DEFLATED)
        new.writestr(part, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def hidden_row(content, number):
    """The same workbook with a row of its first sheet hidden."""
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read(part)
    return replaced(
        content, part, sheet.replace(b'<row r="%d"' % number, b'<row hidden="1" r="%d"' % number)
    )


def ods(rows):
    """An OpenDocument spreadsheet; a cell may also be raw XML (bytes)."""
    body = "".join(
        "<table:table-row>" + "".join(_ods_cell(cell) for cell in cells) + "</table:table-row>"
        for cells in rows
    )
    return ods_of(f'<table:table table:name="居民">{body}</table:table>')


def _ods_cell(value):
    if value == "":
        return "<table:table-cell/>"
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(value)}</text:p></table:table-cell>"
    )


def ods_of(tables):
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        namespace = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        manifest = f'<manifest:manifest xmlns:manifest="{namespace}"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {spaces}><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
            zipfile.ZIP_DEFLATED,
        )
    return out.getvalue()


def xls(rows, merged=(), *, extra=b"", name="Workbook"):
    """An Excel 97 workbook: BIFF8 in an OLE container. `merged`: (top, bottom, left, right).

    `extra` are further records of the sheet, `name` is what the stream is called.
    """

    def record(kind, data=b""):
        return struct.pack("<HH", kind, len(data)) + data

    def unicode(text, length="<H"):
        encoded = text.encode("utf-16-le")
        return struct.pack(length, len(encoded) // 2) + b"\1" + encoded

    begin = {
        kind: record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6)) for kind in (5, 16)
    }
    end = record(0x0A)
    sheet = begin[16]
    for number, cells in enumerate(rows):
        for column, value in enumerate(cells):
            at = struct.pack("<HHH", number, column, 0)
            if isinstance(value, str):
                sheet += record(0x204, at + unicode(value))
            elif value is not None:
                sheet += record(0x203, at + struct.pack("<d", value))
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        sheet += record(0xE5, struct.pack("<H", len(merged)) + areas)
    title = unicode("居民", "<B")
    bound = len(record(0x85, bytes(6) + title))
    start = len(begin[5]) + bound + len(end)
    stream = (
        begin[5] + record(0x85, struct.pack("<IH", start, 0) + title) + end + sheet + extra + end
    )
    return _ole(name, stream.ljust(4096, b"\0"))


def _ole(name, stream):
    stream = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    assert len(chain) <= 128, "one sector of the table is enough for a test"
    table = struct.pack("<128I", *(chain + [0xFFFFFFFF] * (128 - len(chain))))

    def entry(name, kind, child, start, size):
        raw = (name + "\0").encode("utf-16-le")
        links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + links
            + bytes(36) + struct.pack("<III", start, size, 0)
        )  # fmt: skip

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(
        name, 2, 0xFFFFFFFF, 2, len(stream)
    )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    )  # fmt: skip
    return header + table + directory.ljust(512, b"\0") + stream
