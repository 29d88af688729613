"""What the chain is made of: links, entries, and how far a matter has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any

from app.core.access import Actor, Capability
from app.core.i18n import lazy_gettext as _l
from app.core.labels import label, labelled
from app.core.masking import masked_name
from app.tasks.interface import DONE, TaskState
from app.topics.interface import TopicState
from app.topics.models import Topic

if TYPE_CHECKING:
    from app.chain.work import MatterTask

_UNASSIGNED = frozenset({TaskState.DRAFTED, TaskState.OFFERED, TaskState.RETURNED})
ENDED = frozenset({TopicState.OUT_OF_SCOPE, TopicState.DROPPED, TopicState.MERGED})


class Link(StrEnum):
    """The links of the chain, in their order."""

    TOPIC = auto()
    AGENDA = auto()
    VOTE = auto()
    RESOLUTION = auto()
    TASK = auto()
    EVIDENCE = auto()
    EVALUATION = auto()
    POINTS = auto()


LINK_LABELS = labelled(
    {
        Link.TOPIC: _l("Topic"),
        Link.AGENDA: _l("Agenda"),
        Link.VOTE: _l("Vote"),
        Link.RESOLUTION: _l("Resolution"),
        Link.TASK: _l("Dispatch"),
        Link.EVIDENCE: _l("Evidence"),
        Link.EVALUATION: _l("Follow-up"),
        Link.POINTS: _l("Points"),
    }
)


@dataclass(frozen=True)
class Entry:
    """Something that happened. `page` is (endpoint, arguments) of where it is, for those who may
    go there; `photos` are (task id, evidence id, name); `points` what it was worth."""

    at: datetime
    link: Link
    title: Any
    text: str = ""
    actor: str = ""
    page: tuple[str, dict[str, Any]] | None = None
    photos: tuple[tuple[int, int, str], ...] = ()
    tone: str = ""
    points: int | None = None


@dataclass(frozen=True)
class Chain:
    """A matter: its topic, everything that happened in order of time, its tasks (rows of
    `work.tasks`), and how far it has come."""

    topic: Topic
    entries: list[Entry]
    tasks: Sequence[MatterTask]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(label, "done" | "current" | "todo" | "stopped") of each link. What is done task by task
        is done when it is for all of them, and says how many there are. Points come with several
        links; the last of them are there when all before it is done. What has begun is never
        called otherwise."""
        begun = {entry.link for entry in self.entries}
        counts = self._counts()
        reached = begun - {link for link, (done, of) in counts.items() if done < of}
        if not reached.issuperset(set(Link) - {Link.POINTS}):
            reached.discard(Link.POINTS)
        states: list[tuple[str, str]] = []
        next_one = "stopped" if self.topic.state in ENDED else "current"
        for link in Link:
            done, of = counts.get(link, (0, 0))
            under_way = link in begun or 0 < done < of
            state = "done" if link in reached else "current" if under_way else next_one
            if state != "done":
                next_one = "todo"
            states.append((f"{label(link)} {done}/{of}" if done < of else label(link), state))
        return states

    def _counts(self) -> dict[Link, tuple[int, int]]:
        """How many of the tasks have come through a link, of how many."""
        states = [task.state for task in self.tasks if task.state is not TaskState.CANCELLED]
        given = sum(state not in _UNASSIGNED for state in states)
        verified = sum(state in DONE for state in states)
        evaluated = sum(
            task.state is TaskState.CLOSED or (task.state in DONE and task.evaluated)
            for task in self.tasks
        )
        of = len(states)
        return {
            Link.TASK: (given, of),
            Link.EVIDENCE: (verified, of),
            Link.EVALUATION: (evaluated, of),
        }


@dataclass(frozen=True)
class Reader:
    """Who reads which topic's chain."""

    actor: Actor
    topic: Topic

    @property
    def works_here(self) -> bool:
        return self.may(Capability.SEE_TASKS)

    def may(self, capability: Capability) -> bool:
        """Whether the reader has the capability in the topic's community or in a part of it."""
        return self.actor.may_around(capability, self.topic.community.path)

    def name(self, name: str | None, person_id: int | None) -> str:
        """A resident's name: in full for those who work here."""
        return (name or "") if self.works_here else self.masked(name, person_id)

    def masked(self, name: str | None, person_id: int | None) -> str:
        """A resident's name, masked for all but the resident."""
        own = person_id is not None and person_id == self.actor.person_id
        return (name or "") if own else masked_name(name)
