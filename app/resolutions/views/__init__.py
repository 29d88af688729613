"""/resolutions, /tasks and /chain: recording, dispatching, doing, judging, reporting back."""

from flask import Blueprint

bp = Blueprint("resolutions", __name__)

# Routes register themselves on the blueprint.
from app.resolutions.views import (  # noqa: E402
    chain,
    checking,
    dispatching,
    drafting,
    photos,
    recording,
    resolutions,
    tasks,
    working,
)

__all__ = [
    "bp",
    "chain",
    "checking",
    "dispatching",
    "drafting",
    "photos",
    "recording",
    "resolutions",
    "tasks",
    "working",
]
