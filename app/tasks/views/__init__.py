"""/tasks: writing down, dispatching, doing, checking, evaluating."""

from flask import Blueprint

bp = Blueprint("tasks", __name__)

from app.tasks.views import (  # noqa: E402, F401 - routes
    dispatching,
    drafting,
    photos,
    task,
    tasks,
)
