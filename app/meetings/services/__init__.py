"""What can be done with a meeting. One module per subject; call them from here."""

from app.meetings.services.agenda import (
    add_item,
    add_topics,
    edit_item,
    move_item,
    reorder_items,
    withdraw_item,
)
from app.meetings.services.attendance import (
    check_in,
    check_in_by_code,
    check_in_person,
    check_in_user,
    come_back,
    leave_early,
    reply,
    void_check_in,
)
from app.meetings.services.convening import (
    call_off,
    convene,
    draft_meeting,
    edit_meeting,
    move_meeting,
)
from app.meetings.services.groups import Group, invite_group
from app.meetings.services.invitations import (
    change_capacity,
    invite_people,
    invite_units,
    invite_users,
    uninvite,
)
from app.meetings.services.minutes import confirm_minutes, correct_minutes, save_notes
from app.meetings.services.rules import set_rule
from app.meetings.services.session import (
    close_meeting,
    finish_item,
    open_meeting,
    settle_item,
    start_item,
)
from app.meetings.services.speaking import ask_to_speak, end_speech, start_speech
from app.meetings.services.voting import (
    cast,
    close_roll_call,
    close_vote,
    open_vote,
    record_counts,
    void_vote,
)

__all__ = [
    "Group",
    "add_item",
    "add_topics",
    "ask_to_speak",
    "call_off",
    "cast",
    "change_capacity",
    "check_in",
    "check_in_by_code",
    "check_in_person",
    "check_in_user",
    "close_meeting",
    "close_roll_call",
    "close_vote",
    "come_back",
    "confirm_minutes",
    "convene",
    "correct_minutes",
    "draft_meeting",
    "edit_item",
    "edit_meeting",
    "end_speech",
    "finish_item",
    "invite_group",
    "invite_people",
    "invite_units",
    "invite_users",
    "leave_early",
    "move_item",
    "move_meeting",
    "open_meeting",
    "open_vote",
    "record_counts",
    "reorder_items",
    "reply",
    "save_notes",
    "set_rule",
    "settle_item",
    "start_item",
    "start_speech",
    "uninvite",
    "void_check_in",
    "void_vote",
    "withdraw_item",
]
