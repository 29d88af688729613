"""What an enumeration's members are called, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from enum import Enum

Member = TypeVar("Member", bound="Enum")

_labels: dict[Any, Any] = {}


def labelled(labels: dict[Member, Any]) -> dict[Member, Any]:
    """Make the labels known to the template filter `label`; returns them."""
    # Members of different enumerations may be equal as text, so the class is part of the key.
    _labels.update({(type(member), member.value): label for member, label in labels.items()})
    return labels


def label(member: Enum | None) -> str:
    """The label of a member; empty for None."""
    return "" if member is None else str(_labels[type(member), member.value])


def msgid(member: Enum) -> str:
    """The label's message id: what a Phrase keeps under a name that ends in "_label"."""
    return str(_labels[type(member), member.value]._args[0])  # noqa: SLF001 - no other way in
