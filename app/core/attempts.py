"""How often an address has tried something, such as to sign in.

Counted in the database: a limit that each process counted for itself would let through as many
times more as there are processes, and a restart would forget it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NamedTuple

from sqlalchemy import String, and_, case, delete, or_, select, tuple_, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime, db, insert_for

_LONGEST = timedelta(hours=1)  # no window is longer
_AT_ONCE = 100  # old rows taken away with an attempt


class Rate(NamedTuple):
    """So many attempts in each window of so many seconds."""

    most: int
    seconds: int


class Attempts(Model):
    """What an address has tried since a window began; in the next window the row begins anew."""

    __tablename__ = "attempts"
    __table_args__ = {"info": {"in_backups": False}}  # noqa: RUF012 - read by SQLAlchemy

    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    address: Mapped[str] = mapped_column(String(45), primary_key=True)  # IPv6 at its longest
    seconds: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int]


def count_attempt(what: str, address: str, rates: tuple[Rate, ...]) -> bool:
    """Count one more; false if it is one too many for any of the rates.

    Each row is held until the transaction ends, so that attempts at once are counted one by one:
    commit at once. The rates come in the same order every time, so that two never wait for each
    other.
    """
    _forget_old()
    network = _network(address)
    counts = [_counted(what, network, rate.seconds) for rate in rates]
    return all(count <= rate.most for count, rate in zip(counts, rates, strict=True))


def take_back(what: str, address: str, rates: tuple[Rate, ...]) -> None:
    """Don't count the last one: it was right. A hall full of people behind one address signs in."""
    for rate in rates:
        db.session.execute(
            update(Attempts)
            .where(
                Attempts.what == what,
                Attempts.address == _network(address),
                Attempts.seconds == rate.seconds,
                Attempts.since >= _window(rate.seconds),
                Attempts.count > 0,
            )
            .values(count=Attempts.count - 1)
        )


def has_none_left(what: str, address: str, rates: tuple[Rate, ...]) -> bool:
    """Whether the next attempt would be one too many. Asked first, without writing, so that a
    flood of attempts doesn't keep others from writing."""
    used_up = (
        and_(
            Attempts.seconds == rate.seconds,
            Attempts.since >= _window(rate.seconds),
            Attempts.count >= rate.most,
        )
        for rate in rates
    )
    of_this = and_(Attempts.what == what, Attempts.address == _network(address))
    found = select(Attempts.what).where(of_this, or_(*used_up)).limit(1)
    return db.session.scalar(found) is not None


def _network(address: str) -> str:
    """What belongs to one visitor: an IPv4 address, also one written as IPv6, or as many IPv6
    addresses as each connection is given, 2 to the power of 64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def _window(seconds: int) -> datetime:
    """When the window that is open now began."""
    return datetime.fromtimestamp(clock.now().timestamp() // seconds * seconds, UTC)


def _counted(what: str, address: str, seconds: int) -> int:
    """How many there are in the window that is open now, with this one."""
    new = insert_for(Attempts).values(
        what=what, address=address, seconds=seconds, since=_window(seconds), count=1
    )
    # A machine whose clock is behind counts into the window that another has already opened.
    later = new.excluded.since > Attempts.since
    one_more = new.on_conflict_do_update(
        index_elements=[Attempts.what, Attempts.address, Attempts.seconds],
        set_={
            "since": case((later, new.excluded.since), else_=Attempts.since),
            "count": case((later, 1), else_=Attempts.count + 1),
        },
    )
    return int(db.session.execute(one_more.returning(Attempts.count)).scalar_one())


def _forget_old() -> None:
    """An address is personal: it is kept no longer than it counts. Rows that are being counted
    up just now are passed over, so that no request waits for them."""
    row = tuple_(Attempts.what, Attempts.address, Attempts.seconds)
    old = select(Attempts.what, Attempts.address, Attempts.seconds).where(
        Attempts.since < clock.now() - _LONGEST
    )
    old = old.limit(_AT_ONCE).with_for_update(skip_locked=True)
    db.session.execute(delete(Attempts).where(row.in_(old)))
