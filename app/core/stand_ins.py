"""Stand-ins for ids and paths: what a kept statement is built with (`built_once` in `db`).

A statement that names an id serves one user; one that names a parameter serves all users of the
same shape. Builders need not know: a stand-in is an integer or a text like any other, but SQLAlchemy
takes a parameter from it. If one is ever used as a plain value, it finds nothing, for no row has such
an id and no place such a path.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Integer, String, bindparam

from app.core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class IdStandIn(int):
    """Stands for an id; `name` is the parameter's."""

    name: str

    def __clause_element__(self) -> BindParameter[int]:
        return bindparam(self.name, type_=Integer())


class PathStandIn(str):
    """Stands for the path of a place. `end` stands for the end of its range, `ids` for the ids of
    the places it leads through."""

    __slots__ = ("end", "ids", "name")
    name: str
    end: PathStandIn
    ids: tuple[IdStandIn, ...]

    def __clause_element__(self) -> BindParameter[str]:
        return bindparam(self.name, type_=String())


_numbers = count(-1_000_000, -1)  # no row has any of these ids
_ids: dict[str, IdStandIn] = {}  # by name: arguments, numbered up to a power of two, so few


def id_named(name: str) -> IdStandIn:
    """The stand-in of this name, always the same one."""
    found = _ids.get(name)
    if found is None:
        made = IdStandIn(next(_numbers))
        made.name = name
        found = _ids.setdefault(name, made)  # another thread may have been quicker
    return found


@cache
def path_named(name: str, depth: int) -> PathStandIn:
    """The stand-in of this name for paths of so many places, always the same one."""
    made = PathStandIn(f"?{name}:{depth}?")
    made.name = name
    made.end = PathStandIn(f"?{name}:end?")
    made.end.name = f"{name}_end"
    made.ids = tuple(id_named(f"{name}_{number}") for number in range(depth))
    return made


def end_of(path: str) -> str:
    """Where the range of all paths ends that begin with this one."""
    return path.end if isinstance(path, PathStandIn) else path[:-1] + "0"  # "0" follows "/"


def ids_along(path: str) -> tuple[int, ...]:
    """The ids of the places that a path leads through, from the city down."""
    if isinstance(path, PathStandIn):
        return path.ids
    return tuple(int(part) for part in path.split("/") if part)


def values_of_path(path: str, stand_in: PathStandIn) -> dict[str, Any]:
    """What the parameters of a path's stand-in are to be."""
    ids = {one.name: id_ for one, id_ in zip(stand_in.ids, ids_along(path), strict=True)}
    return {stand_in.name: path, stand_in.end.name: end_of(path), **ids}


def rounded(many: Sequence[Any]) -> list[Any]:
    """The same, the last repeated up to a power of two: so lists of many lengths have few shapes."""
    length = 1 << (len(many) - 1).bit_length()
    return [*many, *[many[-1]] * (length - len(many))] if many else []


def is_endless(name: str, value: Any) -> bool:
    """Whether there is no end to what an argument may be: a `text` that was typed, a day or a
    `year` that was chosen."""
    if name == "text":
        return bool(value)
    if name == "year":
        return value not in {None, clock.today().year}
    if isinstance(value, date):
        return value != clock.today()
    if is_dataclass(value) and not hasattr(value, "stand_in"):
        return any(is_endless(one.name, getattr(value, one.name)) for one in fields(value))
    return False


def stand_in_for(name: str, value: Any) -> tuple[Any, Mapping[str, Any]]:
    """What a kept statement is built with in the place of an argument, and the values of the
    parameters in it. The argument's name says whether it is an id or a path, or several; an actor
    knows their own stand-in, a dataclass is taken field by field; anything else stands for itself."""
    if isinstance(value, IdStandIn | PathStandIn):
        return value, {}
    if hasattr(value, "stand_in"):
        stand_in: tuple[Any, Mapping[str, Any]] = value.stand_in
        return stand_in
    if isinstance(value, tuple) and name.endswith(("ids", "paths")):
        return _stand_ins_for(name, value)
    if isinstance(value, int) and name.endswith("_id"):
        return id_named(f"its_{name}"), {f"its_{name}": value}
    if isinstance(value, str) and name.endswith("path"):
        path = path_named(f"its_{name}", len(ids_along(value)))
        return path, values_of_path(value, path)
    if is_dataclass(value) and not isinstance(value, type):
        return _with_stand_ins(value)
    return value, {}


def _with_stand_ins(given: Any) -> tuple[Any, Mapping[str, Any]]:
    found = {one.name: stand_in_for(one.name, getattr(given, one.name)) for one in fields(given)}
    values = {key: value for _one, values in found.values() for key, value in values.items()}
    return replace(given, **{name: one for name, (one, _values) in found.items()}), values


def _stand_ins_for(name: str, many: tuple[Any, ...]) -> tuple[Any, Mapping[str, Any]]:
    singular = "id" if name.endswith("ids") else "path"
    found = [
        stand_in_for(f"{name}_{number}_{singular}", one) for number, one in enumerate(rounded(many))
    ]
    return tuple(one for one, _values in found), {
        key: value for _one, values in found for key, value in values.items()
    }
