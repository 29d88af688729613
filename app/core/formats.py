"""Dates, times and numbers as offices in China write them, and as English readers expect."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from app.core import clock
from app.core.i18n import chosen_language
from app.core.labels import label
from app.core.masking import masked_contact, masked_name, masked_phone, masked_username

if TYPE_CHECKING:
    from flask import Flask

_WEEKDAYS = {
    "zh": [f"星期{d}" for d in "一二三四五六日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def init(app: Flask) -> None:
    for function in (
        day,
        short_day,
        month,
        moment,
        full_moment,
        clock_time,
        weekday,
        number,
        signed,
        yuan,
        minutes,
        iso,
    ):
        app.add_template_filter(function)
    app.add_template_filter(label)
    app.add_template_filter(masked_name)
    app.add_template_filter(masked_phone)
    app.add_template_filter(masked_contact)
    app.add_template_filter(masked_username)


def day(value: date | datetime | None) -> str:
    """2026年11月21日 / 21 Nov 2026."""
    if value is None:
        return ""
    value = _date(value)
    if chosen_language() == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date | datetime | None) -> str:
    """11月21日 this year, with the year in others."""
    if value is None:
        return ""
    value = _date(value)
    if value.year != clock.today().year:
        return day(value)
    if chosen_language() == "zh":
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]}"


def month(value: date | datetime | None) -> str:
    """2026年11月 / Nov 2026."""
    if value is None:
        return ""
    value = _date(value)
    if chosen_language() == "zh":
        return f"{value.year}年{value.month}月"
    return f"{_MONTHS[value.month - 1]} {value.year}"


def clock_time(value: datetime | None) -> str:
    """19:30, by the clock in China."""
    return "" if value is None else f"{clock.local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """11月21日 19:30."""
    return "" if value is None else f"{short_day(value)} {clock_time(value)}"


def full_moment(value: datetime | None) -> str:
    """2026年11月21日 19:30: for what is printed or kept, where no year may be missing."""
    return "" if value is None else f"{day(value)} {clock_time(value)}"


def weekday(value: date | datetime | None) -> str:
    return "" if value is None else _WEEKDAYS[chosen_language()][_date(value).weekday()]


def number(value: int | None) -> str:
    """12,345."""
    return "" if value is None else f"{value:,}"


def signed(value: int) -> str:
    """+5 or −5 with a real minus sign."""
    return f"+{value:,}" if value >= 0 else f"\u2212{-value:,}"


def yuan(fen: int | None) -> str:
    """Whole fen as yuan: 12.50."""
    return "" if fen is None else f"{fen / 100:,.2f}"


def minutes(value: int | None) -> str:
    """Whole minutes as hours and minutes: 2小时30分 / 2 h 30 min."""
    if value is None:
        return ""
    hours, rest = divmod(value, 60)
    if chosen_language() == "zh":
        return (f"{hours}小时" if hours else "") + (f"{rest}分钟" if rest or not hours else "")
    return " ".join(
        [*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])]
    )


def iso(value: date | datetime | None) -> str:
    """Machine-readable, for <time datetime>."""
    return "" if value is None else value.isoformat()


def _date(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value
