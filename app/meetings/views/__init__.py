from flask import Blueprint

bp = Blueprint("meetings", __name__)

# Routes register themselves on the blueprint.
from app.meetings.views import (  # noqa: E402
    agenda,
    check_in,
    console,
    convening,
    invitations,
    minutes,
    papers,
    preparing,
    reading,
    replies,
    rules,
    speaking,
    topics,
    voting,
)

__all__ = [
    "agenda",
    "bp",
    "check_in",
    "console",
    "convening",
    "invitations",
    "minutes",
    "papers",
    "preparing",
    "reading",
    "replies",
    "rules",
    "speaking",
    "topics",
    "voting",
]
