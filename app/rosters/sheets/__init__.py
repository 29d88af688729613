"""Spreadsheets that people upload, as rows of plain text.

Excel (.xlsx, .xls), OpenDocument (.ods) and CSV in the encodings that office programs in China
write. What a file is, its content says; its name may say something else. If something is wrong with
a file, its owner is told in words they can act on, and nothing in it can take the server down.
"""

from app.rosters.sheets.reading import half_width, read, read_all, text_of
from app.rosters.sheets.refusals import MOST_ROWS
from app.rosters.sheets.rows import Row, Sheet

__all__ = ["MOST_ROWS", "Row", "Sheet", "half_width", "read", "read_all", "text_of"]
