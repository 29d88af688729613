"""`flask places import FILE.csv`: the official divisions from a list."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import click

from app.core.console import Failed, Group, say
from app.core.db import begin_writing, db
from app.core.i18n import in_both
from app.core.i18n import lazy_gettext as _l
from app.places.services.divisions import DivisionsRefused, import_divisions

COLUMNS = {"code", "name", "level", "parent_code"}

places = Group("places", help="Cities, districts and subdistricts.")
commands = [places]


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Take in the divisions listed in FILE (CSV with code, name, level, parent_code).

    A second run changes nothing but names. If a line has a mistake, nothing is written.
    """
    rows = _rows(file)
    begin_writing()
    try:
        done = import_divisions(None, rows)
    except DivisionsRefused as refused:
        db.session.rollback()
        for line, message in refused.errors:
            click.echo(f"{file}: line {line}: {in_both(message, ' ')}", err=True)
        sys.exit(1)
    db.session.commit()
    say(
        _l(
            "%(added)s added, %(renamed)s renamed, %(unchanged)s unchanged.",
            added=done.added,
            renamed=done.renamed,
            unchanged=done.unchanged,
        )
    )
    if done.new_cities:
        cities = "、".join(done.new_cities)
        say(_l("New: %(cities)s. Whoever is to manage it needs a role there:", cities=cities))
        click.echo("python3 manage.py flask user grant USERNAME admin CODE")


def _rows(file: Path) -> list[dict[str, str | None]]:
    rows = csv.DictReader(io.StringIO(_text(file.read_bytes())))
    try:
        missing = COLUMNS - set(rows.fieldnames or ())
        if missing:
            columns = ", ".join(sorted(missing))
            raise Failed(_l("Line 1: these columns are missing: %(columns)s.", columns=columns))
        return list(rows)
    except csv.Error as error:
        line = rows.line_num + 1  # so many have been read
        message = _l("Line %(line)s is no line of a CSV list (%(said)s).", line=line, said=error)
        raise Failed(message) from error


def _text(raw: bytes) -> str:
    """CSV as Excel in China saves it: UTF-8 with or without a mark, or GB18030."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Failed(_l("The file is neither UTF-8 nor GB18030 text.")) from error
