"""Whether the clock can be right, judged by what the ledger holds, and mending what a wrong one did.

Nothing can be posted on a day that has been sealed. A clock that ran ahead once would so close the
ledger until the day it showed has come: days are not sealed by a clock that can't be right, and
seals made ahead of time can be taken off.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from app.core import clock
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.core.slots import fills
from app.ledger.models import Seal, Transaction, VoidedSeal

_TOLERANCE = timedelta(minutes=10)  # between the clocks of machines that work together
MOST_UNSEALED = 31  # days; sealed by use, there are never more than a few


@fills("core.doubts")
def doubt_about_clock() -> Phrase | None:
    """Why the clock of this machine can't be right, if it can't. Two statements."""
    now = clock.now()
    posted = select(Transaction.posted_at).order_by(Transaction.id.desc()).limit(1)
    sealed = select(Seal.sealed_at, Seal.day).order_by(Seal.day.desc()).limit(1)
    last_posted, last_seal = db.session.scalar(posted), db.session.execute(sealed).first()
    known = [moment for moment in (last_posted, last_seal and last_seal.sealed_at) if moment]
    if known and now < max(known) - _TOLERANCE:
        return Phrase(
            marked("The server's clock shows %(now)s, but points were booked or sealed at %(then)s."),
            now=_shown(now), then=_shown(max(known)),
        )  # fmt: skip
    since = last_seal.day if last_seal else db.session.scalar(select(func.min(Transaction.day)))
    if since and clock.today() - since > timedelta(days=MOST_UNSEALED + 1):
        return Phrase(
            marked("The server's clock shows %(now)s, but the points ledger was last used on %(day)s or soon after."),
            now=_shown(now), day=str(since),
        )  # fmt: skip
    return None


def refuse_sealed_day(connection: Connection, today: date) -> None:
    """Refused if today has been sealed: the clock was ahead then, or is behind now. Asked once a day
    for each connection: days are sealed when they are over, but by wrong clocks."""
    if connection.info.get(_OPEN) == today:
        return
    last = db.session.scalar(select(func.max(Seal.day)))
    if last is not None and last >= today:
        raise Refused(
            _l(
                "No points can be booked: the days through %(day)s have been sealed by a clock that was wrong, or "
                "the clock is wrong now. Please tell the administrator.",
                day=str(last),
            )
        )
    connection.info[_OPEN] = today


def ask_again(connection: Connection) -> None:
    """After days have been sealed."""
    connection.info.pop(_OPEN, None)


_OPEN = "ledger_open_on"  # with the connection: the day last seen to have no seal


def take_off_early_seals(*, reason: str) -> int:
    """Take off the seals that were made later than it is now, the newest first, and keep them in
    `voided_seal` with the reason; returns how many. The days are sealed anew when they are over."""
    early = db.session.scalars(
        select(Seal)
        .where((Seal.sealed_at > clock.now() + _TOLERANCE) | (Seal.day >= clock.today()))
        .order_by(Seal.day.desc())
    ).all()
    columns = [column.name for column in Seal.__table__.columns]
    for seal in early:
        kept = {name: getattr(seal, name) for name in columns}
        db.session.execute(insert(VoidedSeal).values(**kept, voided_at=clock.now(), reason=reason))
        db.session.execute(delete(Seal).where(Seal.day == kept["day"]))
    db.session.expire_all()
    return len(early)


def _shown(moment: object) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"  # type: ignore[arg-type]
