"""The points of a month, put on the board with masked names (《志愿服务条例》art. 20: a
volunteer is not named in public without their consent)."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from app.core.access import Actor
from app.core.i18n import gettext as _
from app.core.masking import masked_name
from app.notices import interface as notices
from app.notices.models import Notice, NoticeKind
from app.points import policy
from app.points.queries import awards as queries


def month_as_text(community_id: int, month: date) -> str:
    """What was credited in a month, a line per person: masked name, sum, and what for."""
    lines = []
    rows = queries.credited_in(community_id, *policy.month_of(month))
    for _person, group in groupby(rows, key=lambda row: row.person_id):
        credited = list(group)
        rules: dict[str, int] = {}
        for row in credited:
            rules[row.rule] = rules.get(row.rule, 0) + row.points
        parts = _(", ").join(f"{rule} {points}" for rule, points in rules.items())
        lines.append(
            _(
                "%(name)s: %(points)s points (%(parts)s)",
                name=masked_name(credited[0].person),
                points=sum(rules.values()),
                parts=parts,
            )
        )
    return "\n".join(lines)


def publish_month(
    actor: Actor,
    *,
    community_id: int,
    month: date,
    title: str,
    body: str,
    days: int | None,
    contact: str,
) -> Notice:
    """Hang the list of a month. Refused while one about the same month hangs."""
    return notices.publish(
        actor,
        community_id=community_id,
        kind=NoticeKind.POINTS,
        title=title,
        body=body,
        days=days,
        contact=contact,
        subject_kind="points_month",
        subject_id=_subject(community_id, month),
    )


def _subject(community_id: int, month: date) -> int:
    """One number for a community and a month of this century."""
    return (community_id * 100 + month.year - 2000) * 12 + month.month - 1
