"""What can be done with resolutions and tasks. One module per subject; call them from here."""

from app.resolutions.services.checking import (
    cancel_task,
    close_task,
    evaluate,
    send_back,
    verify,
    void_completion,
)
from app.resolutions.services.dispatching import (
    accept,
    claim,
    decide_return,
    dispatch,
    offer,
    return_task,
)
from app.resolutions.services.drafting import Draft, draft_task, draft_tasks, edit_task
from app.resolutions.services.reminding import remind
from app.resolutions.services.resolutions import close, feed_back, publish, record, supersede
from app.resolutions.services.working import (
    ask_extension,
    decide_extension,
    longest_extension,
    report,
    submit,
    withdraw,
)

__all__ = [
    "Draft",
    "accept",
    "ask_extension",
    "cancel_task",
    "claim",
    "close",
    "close_task",
    "decide_extension",
    "decide_return",
    "dispatch",
    "draft_task",
    "draft_tasks",
    "edit_task",
    "evaluate",
    "feed_back",
    "longest_extension",
    "offer",
    "publish",
    "record",
    "remind",
    "report",
    "return_task",
    "send_back",
    "submit",
    "supersede",
    "verify",
    "void_completion",
    "withdraw",
]
