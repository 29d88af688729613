"""What is on offer, and what a person may still have of it."""

from __future__ import annotations

from datetime import date

COLLECT_WITHIN = 14  # days a reservation waits at the counter


def is_offered(
    on: date, *, withdrawn: bool, available_from: date | None, available_until: date | None
) -> bool:
    """Whether it can be had on that day. The last day counts."""
    if withdrawn or (available_from is not None and on < available_from):
        return False
    return available_until is None or on <= available_until


def is_overdue(on: date, collect_by: date) -> bool:
    """Whether a reservation was not collected in time; the last day still counts."""
    return on > collect_by


def within_limit(had: int, per_person: int | None) -> bool:
    """Whether somebody who had so many this year may have another."""
    return per_person is None or had < per_person
