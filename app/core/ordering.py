"""Lists a person puts in order: by dragging, or with the buttons beside each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import BadRequest

from app.core.arguments import as_id

if TYPE_CHECKING:
    from collections.abc import Sequence


def reordered(order: Sequence[str], move: str | None = None) -> list[int]:
    """The ids in their new order, from what `forms.sort_controls` sends.

    `order` is `request.form.getlist("order")`, as it stands on the page after any
    dragging; `move` is `request.form.get("move")`: "7:up", "7:down" or nothing.
    BadRequest if an id comes twice or `move` is none of these. The caller checks that the ids are
    those of the list, none missing.
    """
    ids = [_id(value) for value in order]
    if len(set(ids)) != len(ids):
        raise BadRequest
    if not move:
        return ids
    moved, _colon, direction = move.partition(":")
    if _id(moved) not in ids or direction not in {"up", "down"}:
        raise BadRequest
    here = ids.index(_id(moved))
    there = min(max(here + (1 if direction == "down" else -1), 0), len(ids) - 1)
    ids[here], ids[there] = ids[there], ids[here]
    return ids


def _id(value: str) -> int:
    found = as_id(value)
    if found is None:
        raise BadRequest
    return found
