"""What other packages may use of tasks."""

from app.tasks.deadlines import level_of, period
from app.tasks.policy import is_poor
from app.tasks.queries.deadlines import late
from app.tasks.queries.history import evidence_of
from app.tasks.queries.lists import Group, tasks
from app.tasks.queries.progress import how_far
from app.tasks.queries.sources import how_many_without_source, of_resolution, of_resolutions
from app.tasks.queries.tasks import own, visible
from app.tasks.queries.waiting import waiting
from app.tasks.services.checking import close_task, evaluate, verify
from app.tasks.services.dispatching import accept, claim, dispatch, offer
from app.tasks.services.drafting import draft_task
from app.tasks.services.working import report, submit
from app.tasks.states import DONE, TaskState

__all__ = [
    "DONE",  # the states in which the work is verified
    "Group",  # what a list of tasks can be narrowed to
    "TaskState",  # where a task stands
    "accept",  # 签收: take the task on
    "claim",  # take a task that is open for claiming, for oneself or for one's unit
    "close_task",  # 办结归档: complete and close it
    "dispatch",  # give a task to a unit or a person
    "draft_task",  # write down a piece of work that the resolution asks for
    "evaluate",  # 回访: what a person concerned says of the work
    "evidence_of",  # the photos handed in, in their order
    "how_far",  # columns of a select from Resolution: its tasks, and how many are done
    "how_many_without_source",  # tasks that come from nothing, as a damaged backup may have them
    "is_poor",  # whether an evaluation opens the work again
    "late",  # condition on Task: the day to accept, hand in or decide is over
    "level_of",  # the service level in force that day
    "of_resolution",  # condition on Task: it comes from this resolution
    "of_resolutions",  # condition on Task: it comes from one of these resolutions
    "offer",  # open a task for claiming by the residents and units of the community
    "own",  # condition on Task: the actor or their unit handles it
    "period",  # so many working days after a day, with the day to warn
    "report",  # say how the work is going, with photos if there are any
    "submit",  # 办结: hand the work in
    "tasks",  # rows of the tasks the actor may see
    "verify",  # 核验: find the work done
    "visible",  # condition on Task: the actor may see it
    "waiting",  # what waits for the actor here and about resolutions, for Today
]
