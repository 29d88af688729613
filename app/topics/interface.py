"""What other packages may use of topics."""

from app.topics.queries.scheduling import Schedulable, referred, schedulable
from app.topics.queries.sight import may_read, reached_openly, visible_to
from app.topics.queries.topics import GROUPS, TopicFilter, topics_for
from app.topics.queries.waiting import waiting
from app.topics.services.cosigning import cosign
from app.topics.services.life import (
    close,
    feed_back,
    implement,
    reopen,
    schedule,
    settle,
    unschedule,
    unsettle,
)
from app.topics.services.screening import accept, merge, return_topic
from app.topics.services.topics import raise_topic, submit
from app.topics.states import TOPIC_STATE_LABELS, TopicState, topics

__all__ = [
    "GROUPS",  # the groups a list of topics is filtered by, each with its states
    "TOPIC_STATE_LABELS",  # what the states are called
    "Schedulable",  # a topic that can be put on an agenda
    "TopicFilter",  # what a list of topics is narrowed to
    "TopicState",  # where a topic stands
    "accept",  # take it up for deliberation, in one of the classes of content
    "close",  # the end of the topic
    "cosign",  # sign a topic that is being collected for
    "feed_back",  # report the result to those who raised the topic, in words
    "implement",  # note that everything that was agreed has been done
    "may_read",  # whether the actor may read the topic
    "merge",  # let another topic of the community go on for both
    "raise_topic",  # write down a topic as a draft
    "reached_openly",  # condition on a community_id column: in reach, and not too sensitive
    "referred",  # {topic id: body} of the topics referred to an assembly
    "reopen",  # note that what counted as done has to be done again
    "return_topic",  # send it back to its author, who can change it and submit it again
    "schedulable",  # the topics that can be put on an agenda
    "schedule",  # note that a meeting's agenda has these topics
    "settle",  # note what a meeting came to on the topic
    "submit",  # hand a draft or a returned topic to the community for screening
    "topics",  # the transition table of topics
    "topics_for",  # rows of the topics the actor may read
    "unschedule",  # note that they are off the agenda again
    "unsettle",  # note that the vote which agreed on it was declared void
    "visible_to",  # condition on Topic: the actor may read it
    "waiting",  # what waits for the actor here, for Today
]
