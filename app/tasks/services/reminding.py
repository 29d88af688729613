"""催办: telling the handler of a task that it is overdue."""

from __future__ import annotations

from app.core import clock
from app.core.access import Actor
from app.core.errors import Refused
from app.core.i18n import Phrase, marked
from app.core.i18n import lazy_gettext as _l
from app.tasks import policy
from app.tasks.models.tasks import Task
from app.tasks.queries import tasks as queries
from app.tasks.services.steps import lock, note, refuse_others, tell_handler


def remind(actor: Actor, task: Task, *, version: int | None = None) -> None:
    """Remind the handler of an overdue task, at most once a day; that stays in its course. Refused
    if it was done today, the task is not overdue, the handler has no account, or the actor doesn't
    manage it; Stale if it has moved on since `version`."""
    lock(task, version)
    refuse_others(actor, task)
    facts = queries.facts(actor, task)
    if facts.reminded:
        raise Refused(_l("The handler has been reminded today already."))
    if policy.is_handler(actor, task) or not policy.may_remind(task, facts, clock.today()):
        raise Refused(_l("Only a handler with an account can be reminded, of what is overdue."))
    step = note(actor, task, "remind")
    tell_handler(
        task,
        f"remind:{step.id}",
        Phrase(
            marked("The community reminds you: “%(title)s” is overdue. Please see to it."),
            title=task.title,
        ),
    )
