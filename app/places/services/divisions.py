"""The official divisions, city to subdistrict, are taken in from a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from app.audit import interface as audit
from app.core.access import Actor
from app.core.db import db, flushing
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l
from app.places.models import PARENT_LEVELS, Level, Place
from app.places.services.tree import LONGEST_CODE, LONGEST_NAME, add, clean_name

# What lists of divisions call their levels. A town has the rank of a subdistrict.
_LISTED_LEVELS = {
    "city": Level.CITY,
    "district": Level.DISTRICT,
    "county": Level.DISTRICT,
    "street": Level.STREET,
    "subdistrict": Level.STREET,
    "town": Level.STREET,
    "township": Level.STREET,
    "市": Level.CITY,
    "区": Level.DISTRICT,
    "县": Level.DISTRICT,
    "街道": Level.STREET,
    "镇": Level.STREET,
    "乡": Level.STREET,
}


_Mistake = tuple[int, object]  # line and message


@dataclass
class Imported:
    """What an import of divisions did."""

    added: int = 0
    renamed: int = 0
    unchanged: int = 0
    new_cities: list[str] = field(default_factory=list)


class DivisionsRefused(Refused):
    """The list has mistakes: `errors` holds (line, message) of each; nothing was written."""

    def __init__(self, errors: list[_Mistake]) -> None:
        super().__init__(_l("The list has mistakes."))
        self.errors = errors


def import_divisions(actor: Actor | None, rows: Iterable[Mapping[str, str | None]]) -> Imported:
    """Take in a list of official divisions: rows with code, name, level and parent_code.

    Divisions already there by their code get the list's name and nothing else; one that was
    entered without a code, as at the first start, gets that of the row of its name. The first row
    is line 2 (line 1 names the columns). Raises DivisionsRefused before anything is written.
    """
    listed, errors = _read(rows)
    known = {
        place.code: place
        for place in db.session.scalars(select(Place).where(Place.code.is_not(None)))
    }
    known |= _uncoded(listed, known)
    errors += _contradictions(listed, known)
    if errors:
        raise DivisionsRefused(sorted(errors, key=lambda error: error[0]))
    done = Imported()
    for row in _from_above(listed):
        place = known.get(row.code)
        if place is None:
            known[row.code] = _added(actor, row, known)
            done.added += 1
            if row.level is Level.CITY:
                done.new_cities.append(row.name)
        elif place.name != row.name:
            place.name = row.name
            place.version += 1
            done.renamed += 1
        else:
            done.unchanged += 1
        if place is not None and place.code is None:
            place.code = row.code
            place.version += 1
    with flushing(Refused(_l("Two divisions of one parent have the same name."))):
        db.session.flush()
    audit.record(
        actor, "place.import", kind="place", id=None,
        added=done.added, renamed=done.renamed, unchanged=done.unchanged,
    )  # fmt: skip
    return done


def _from_above(listed: list[_Row]) -> list[_Row]:
    return sorted(listed, key=lambda row: list(Level).index(row.level))


def _uncoded(listed: list[_Row], known: dict[str | None, Place]) -> dict[str | None, Place]:
    """The places without a code that rows name, by the code they are to get."""
    places = {
        (place.parent_id, place.level, place.name): place
        for place in db.session.scalars(
            select(Place).where(Place.code.is_(None), Place.level.in_(_LISTED_LEVELS.values()))
        )
    }
    found: dict[str | None, Place] = {}
    for row in _from_above(listed):
        parent = (known | found).get(row.parent_code) if row.parent_code else None
        place = places.get((parent.id if parent else None, row.level, row.name))
        if place is not None and row.code not in known and (parent or not row.parent_code):
            found[row.code] = place
    return found


def _added(actor: Actor | None, row: _Row, known: dict[str | None, Place]) -> Place:
    try:
        return add(
            None if row.level is Level.CITY else actor,
            parent=known[row.parent_code] if row.parent_code else None,
            level=row.level,
            name=row.name,
            code=row.code,
        )
    except Refused as refusal:
        raise DivisionsRefused([(row.line, refusal.message)]) from refusal


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    name: str
    level: Level
    parent_code: str | None


def _read(rows: Iterable[Mapping[str, str | None]]) -> tuple[list[_Row], list[_Mistake]]:
    listed: list[_Row] = []
    errors: list[_Mistake] = []
    for line, raw in enumerate(rows, start=2):
        code, name, level, parent = (
            (raw.get(column) or "").strip() for column in ("code", "name", "level", "parent_code")
        )
        if not any((code, name, level, parent)):
            continue
        if not code.isascii() or not code.isalnum() or len(code) > LONGEST_CODE:
            errors.append((line, _l("“%(code)s” is not a division code.", code=code[:40])))
        elif not name or len(name) > LONGEST_NAME:
            errors.append((line, _l("The name is missing or longer than 80 characters.")))
        elif level not in _LISTED_LEVELS:
            known = ", ".join(_LISTED_LEVELS)
            message = _l("“%(level)s” is not a level (%(known)s).", level=level[:40], known=known)
            errors.append((line, message))
        else:
            listed.append(_Row(line, code, clean_name(name), _LISTED_LEVELS[level], parent or None))
    return listed, errors


def _contradictions(listed: list[_Row], known: dict[str | None, Place]) -> list[_Mistake]:
    """What the rows say against each other and against the places there are."""
    levels: dict[str | None, Level] = {code: place.level for code, place in known.items()}
    levels |= {row.code: row.level for row in listed}
    mistakes: list[_Mistake] = []
    codes: dict[str, int] = {}
    names: dict[tuple[str | None, str], int] = {}
    for row in listed:
        first = codes.setdefault(row.code, row.line)
        twin = names.setdefault((row.parent_code, row.name), row.line)
        if first != row.line:
            message = _l(
                "The code %(code)s is already on line %(line)s.", code=row.code, line=first
            )
        elif twin != row.line:
            message = _l("The name is the same as on line %(line)s.", line=twin)
        else:
            message = _wrong_parent(row, levels) or _moved(row, known)
        if message is not None:
            mistakes.append((row.line, message))
    return mistakes


def _wrong_parent(row: _Row, levels: dict[str | None, Level]) -> object | None:
    if row.level is Level.CITY:
        return _l("A city has no parent.") if row.parent_code else None
    if levels.get(row.parent_code) in PARENT_LEVELS[row.level]:
        return None
    return _l(
        "Its parent “%(code)s” is neither in the list nor known, or of a wrong level.",
        code=row.parent_code or "",
    )


def _moved(row: _Row, known: dict[str | None, Place]) -> object | None:
    """A known division keeps its level and its parent: what happened in it stays where it was."""
    place = known.get(row.code)
    if place is None:
        return None
    parent = known.get(row.parent_code) if row.parent_code else None
    if place.level is row.level and place.parent_id == (parent.id if parent else None):
        return None
    return _l("The division %(code)s is known at another level or parent.", code=row.code)
