"""Rules as dated rows: the version in force on the day of the act applies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from app.core.db import db

if TYPE_CHECKING:
    from app.core.db import Model

Rule = TypeVar("Rule", bound="Model")


def in_force(model: type[Rule], on: date, **which: Any) -> Rule | None:
    """The newest row of a rule table with `effective_from` not after `on`, if any.

    `which` names the rule, e.g. `kind=MeetingKind.RESIDENTS_ASSEMBLY`. A rule that has been
    ended has a newer row saying so, not a deleted one.
    """
    rules: Any = model
    return db.session.scalar(
        select(rules)
        .filter_by(**which)
        .where(rules.effective_from <= on)
        .order_by(rules.effective_from.desc(), rules.id.desc())
        .limit(1)
    )
