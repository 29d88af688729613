"""What other packages may use of meetings."""

from app.meetings.announcing import decided
from app.meetings.policy import may_host
from app.meetings.queries.agenda import is_frozen, item_in_reach, of_frozen_text
from app.meetings.queries.attendance import head_count
from app.meetings.queries.meetings import (
    may_read,
    meeting_in_reach,
    meetings,
    seen_by,
    upcoming,
    upcoming_for,
)
from app.meetings.queries.quorum import LostQuorum, quorum_lost
from app.meetings.queries.voting import valid_vote
from app.meetings.queries.waiting import waiting
from app.meetings.services.agenda import add_item
from app.meetings.services.attendance import check_in, reply
from app.meetings.services.convening import convene, draft_meeting
from app.meetings.services.groups import Group, invite_group
from app.meetings.services.invitations import invite_people, invite_units
from app.meetings.services.minutes import confirm_minutes, save_notes
from app.meetings.services.session import close_meeting, open_meeting, settle_item, start_item
from app.meetings.services.voting import close_vote, open_vote
from app.meetings.states import ItemState, MeetingState, VoteState

__all__ = [
    "Group",  # whom one button invites
    "ItemState",  # where an item of an agenda stands
    "LostQuorum",  # what was decided on the strength of check-ins that were taken back
    "MeetingState",  # where a meeting stands
    "VoteState",  # where a vote stands
    "add_item",  # put an item at the end of the agenda
    "check_in",  # note that an invited person, unit or user has come
    "close_meeting",  # close the meeting
    "close_vote",  # close the vote with its counts, or from the roll of names
    "confirm_minutes",  # confirm the minutes, which locks them and gives them an archive number
    "convene",  # send the notice
    "decided",  # by which meeting and with how many votes, in one sentence
    "draft_meeting",  # begin to prepare a meeting on a platform
    "head_count",  # how many are invited, coming, present and on leave, in one query
    "invite_group",  # invite a whole group at once
    "invite_people",  # invite residents of the community
    "invite_units",  # invite units of the community
    "is_frozen",  # whether the item's motion can't be changed here
    "item_in_reach",  # the item with its meeting and topic, or not found
    "may_host",  # whether the actor may run the meeting
    "may_read",  # whether the reader may read the meeting
    "meeting_in_reach",  # the meeting with what its pages need, or not found
    "meetings",  # rows (ListedMeeting) of the meetings the actor sees
    "of_frozen_text",  # condition on AgendaItem: its motion is a frozen text of a floor above
    "open_meeting",  # open the meeting, from an hour before its time on
    "open_vote",  # put the item's motion to the vote of the members present now
    "quorum_lost",  # what an item's decision lost, if check-ins were taken back
    "reply",  # note whether the invited person, unit or user is coming
    "save_notes",  # write an item's minutes
    "seen_by",  # condition on Meeting: the actor may read it
    "settle_item",  # note what becomes of an item that was not voted on
    "start_item",  # take an item up
    "upcoming",  # a community's meetings ahead, for every reader
    "upcoming_for",  # the meetings ahead that concern the actor
    "valid_vote",  # the one vote on the item that is not void, open or closed
    "waiting",  # what waits for the actor here, for Today
]
