"""One function per thing somebody does with platforms and topics. Call them from here."""

from app.platforms.services.cosigning import cosign, take_back_signature
from app.platforms.services.life import (
    close,
    feed_back,
    implement,
    reopen,
    schedule,
    settle,
    unschedule,
    unsettle,
)
from app.platforms.services.platforms import edit_platform, end_platform, open_platform
from app.platforms.services.screening import accept, merge, name_units, return_topic, rule_out
from app.platforms.services.topics import edit_topic, raise_topic, submit

__all__ = [
    "accept",
    "close",
    "cosign",
    "edit_platform",
    "edit_topic",
    "end_platform",
    "feed_back",
    "implement",
    "merge",
    "name_units",
    "open_platform",
    "raise_topic",
    "reopen",
    "return_topic",
    "rule_out",
    "schedule",
    "settle",
    "submit",
    "take_back_signature",
    "unschedule",
    "unsettle",
]
