"""What time it is. Everything that depends on time asks here, so that a test can set it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC, without microseconds."""
    return (_frozen.get() or datetime.now(UTC)).replace(microsecond=0)


def today() -> date:
    """The date on the wall in China."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment as a clock in China shows it."""
    return moment.astimezone(SHANGHAI)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment at which clocks in China show that day and time, in UTC."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Inside, `now()` is this moment (tests and the sample community's past)."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
