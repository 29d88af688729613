"""`flask places import FILE.csv`: the official divisions from a list."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.db import begin_writing, db
from app.core.errors import Refused
from app.places.services import DivisionsRefused, import_divisions

COLUMNS = {"code", "name", "level", "parent_code"}

places = AppGroup("places", help="Cities, districts and subdistricts.")
commands = [places]


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Take in the divisions listed in FILE (CSV with code, name, level, parent_code).

    A second run changes nothing but names. If a line has a mistake, nothing is written.
    """
    rows = csv.DictReader(io.StringIO(_text(file.read_bytes())))
    missing = COLUMNS - set(rows.fieldnames or ())
    if missing:
        click.echo(f"{file}: line 1: missing columns: {', '.join(sorted(missing))}", err=True)
        sys.exit(1)
    begin_writing()
    try:
        done = import_divisions(None, rows)
    except DivisionsRefused as refused:
        db.session.rollback()
        for line, message in refused.errors:
            click.echo(f"{file}: line {line}: {message}", err=True)
        sys.exit(1)
    except Refused as refused:
        db.session.rollback()
        click.echo(f"{file}: {refused.message}", err=True)
        sys.exit(1)
    db.session.commit()
    click.echo(f"{done.added} added, {done.renamed} renamed, {done.unchanged} unchanged.")
    if done.new_cities:
        click.echo(
            f"New: {'、'.join(done.new_cities)}. Whoever is to manage it needs a grant there:"
        )
        click.echo("flask user grant USERNAME admin CODE")


def _text(raw: bytes) -> str:
    """CSV as Excel in China saves it: UTF-8 with or without a mark, or GB18030."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        msg = "the file is neither UTF-8 nor GB18030 text"
        raise click.ClickException(msg) from error
