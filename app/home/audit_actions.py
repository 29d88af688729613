"""What the acts in the audit trail are called. The codes are what services record."""

from __future__ import annotations

from collections.abc import Collection

from app.core.i18n import gettext, ngettext
from app.core.i18n import marked as _m

# What a reader of the trail is shown of an entry's details, beside the act: plain words and figures.
SHOWN = (
    "title", "name", "username", "text", "reason", "number", "awards", "points", "days", "upheld",
)  # fmt: skip
_LONGEST = 80  # characters of one of them: enough to know it by

ACTS = {
    "setup": _m("Set the program up"),
    "session.sign_in": _m("Signed in to the program"),
    "session.sign_out": _m("Signed out"),
    "session.failed": _m("Sign-in failed"),
    "session.lock": _m("Account locked after failed sign-ins"),
    "session.revoke": _m("Signed out everywhere"),
    "password.change": _m("Changed a password"),
    "password.reset": _m("Reset a password"),
    "user.create": _m("Made an account"),
    "user.link": _m("Tied an account to an entry"),
    "user.disable": _m("Closed an account"),
    "user.enable": _m("Reopened an account"),
    "role.grant": _m("Granted a role"),
    "role.withdraw": _m("Withdrew a role"),
    "role.resume": _m("Brought a role back into force"),
    "activation.issue": _m("Issued an activation slip"),
    "activation.use": _m("Activated an account"),
    "person.create": _m("Entered a resident"),
    "person.correct": _m("Corrected a resident's entry"),
    "person.die": _m("Noted that a resident died"),
    "person.move_out": _m("Noted that a resident moved out"),
    "person.move_back": _m("Noted that a resident moved back"),
    "person.unmask": _m("Looked at a full phone number"),
    "person_import.upload": _m("Uploaded a roster"),
    "person_import.columns": _m("Assigned the columns of a roster"),
    "person_import.buildings": _m("Chose where a roster's buildings are made"),
    "person_import.left_out": _m("Chose which rows of a roster are left out"),
    "person_import.take_over": _m("Took over a roster"),
    "appointment.appoint": _m("Appointed somebody"),
    "appointment.end": _m("Ended an appointment"),
    "unit.register": _m("Registered a unit"),
    "unit.correct": _m("Corrected a unit"),
    "unit.end": _m("Ended a unit"),
    "unit.resume": _m("Resumed a unit"),
    "unit.unmask": _m("Looked at a full phone number"),
    "place.add": _m("Added a place"),
    "place.import": _m("Imported divisions"),
    "place.rename": _m("Corrected a place"),
    "place.retire": _m("Retired a place"),
    "place.reopen": _m("Reopened a place"),
    "platform.open": _m("Opened a platform"),
    "platform.edit": _m("Changed a platform"),
    "platform.end": _m("Ended a platform"),
    "topic.raise": _m("Raised a topic"),
    "topic.edit": _m("Changed a topic"),
    "topic.submit": _m("Submitted a topic"),
    "topic.accept": _m("Accepted a topic"),
    "topic.name_units": _m("Named the units a topic concerns"),
    "topic.return": _m("Returned a topic"),
    "topic.rule_out": _m("Ruled a topic out"),
    "topic.merge": _m("Merged a topic into another"),
    "topic.take_in": _m("Took another topic in"),
    "topic.cosign": _m("Signed a topic"),
    "topic.take_back_signature": _m("Took a signature back"),
    "topic.schedule": _m("Put a topic on an agenda"),
    "topic.unschedule": _m("Took a topic off an agenda"),
    "topic.unschedule_for_reps": _m("Took a topic off an agenda"),
    "topic.unschedule_for_residents": _m("Took a topic off an agenda"),
    "topic.agree": _m("Consensus on a topic"),
    "topic.unsettle": _m("Consensus on a topic withdrawn"),
    "topic.refer_to_reps": _m("Referred a topic to the representatives' assembly"),
    "topic.refer_to_residents": _m("Referred a topic to the residents' assembly"),
    "topic.defer": _m("Deferred a topic"),
    "topic.drop": _m("Topic not adopted"),
    "topic.implement": _m("Topic carried out"),
    "topic.reopen": _m("Topic reopened"),
    "topic.feed_back": _m("Reported back on a topic"),
    "topic.close": _m("Closed a topic"),
    "meeting.draft": _m("Prepared a meeting"),
    "meeting.edit": _m("Changed a meeting"),
    "meeting.add_item": _m("Added an agenda item"),
    "meeting.edit_item": _m("Changed an agenda item"),
    "meeting.reorder": _m("Reordered an agenda"),
    "meeting.withdraw_item": _m("Withdrew an agenda item"),
    "meeting.invite": _m("Invited to a meeting"),
    "meeting.invite_everybody": _m("Invited a whole assembly"),
    "meeting.uninvite": _m("Took an invitation back"),
    "meeting.change_capacity": _m("Changed an invitation"),
    "meeting.convene": _m("Convened a meeting"),
    "meeting.move": _m("Moved a meeting"),
    "meeting.call_off": _m("Called a meeting off"),
    "meeting.reply": _m("Answered an invitation"),
    "meeting.check_in": _m("Checked in"),
    "meeting.leave_early": _m("Noted that somebody left a meeting early"),
    "meeting.come_back": _m("Noted that somebody is back in a meeting"),
    "meeting.void_check_in": _m("Voided a check-in"),
    "meeting.open": _m("Opened a meeting"),
    "meeting.start_item": _m("Took an agenda item up"),
    "meeting.finish_item": _m("Finished an agenda item"),
    "meeting.ask_to_speak": _m("Asked to speak"),
    "meeting.start_speech": _m("Gave the floor"),
    "meeting.end_speech": _m("Ended a speech"),
    "meeting.open_vote": _m("Opened a vote"),
    "meeting.cast": _m("Noted a vote in a roll call"),
    "meeting.record_counts": _m("Entered the counts of a vote"),
    "meeting.close_vote": _m("Closed a vote"),
    "meeting.void_vote": _m("Declared a vote void"),
    "meeting.settle_item": _m("Noted what became of an item"),
    "meeting.close": _m("Closed a meeting"),
    "meeting.save_notes": _m("Wrote minutes"),
    "meeting.confirm_minutes": _m("Confirmed the minutes"),
    "meeting.correct_minutes": _m("Corrected confirmed minutes"),
    "meeting_rule.set": _m("Set a meeting rule"),
    "resolution.record": _m("Recorded a resolution"),
    "resolution.publish": _m("Published a resolution"),
    "resolution.feed_back": _m("Published a result"),
    "resolution.close": _m("Closed a resolution"),
    "resolution.supersede": _m("Superseded a resolution"),
    "task.draft": _m("Drafted a task"),
    "task.edit": _m("Changed a task"),
    "task.dispatch": _m("Dispatched a task"),
    "task.offer": _m("Opened a task for claiming"),
    "task.claim": _m("Claimed a task"),
    "task.accept": _m("Accepted a task"),
    "task.return": _m("Returned a task"),
    "task.uphold": _m("Upheld a dispatch"),
    "task.remind": _m("Reminded a handler"),
    "task.report": _m("Reported on a task"),
    "task.submit": _m("Handed a task in"),
    "task.withdraw": _m("Withdrew what was handed in"),
    "task.verify": _m("Verified a task"),
    "task.rework": _m("Sent a task back"),
    "task.evaluate": _m("Evaluated a task"),
    "task.reopen": _m("Reopened a task"),
    "task.void": _m("Voided the completion of a task"),
    "task.close": _m("Closed a task"),
    "task.cancel": _m("Cancelled a task"),
    "task.ask_extension": _m("Asked for an extension"),
    "task.grant_extension": _m("Granted an extension"),
    "task.refuse_extension": _m("Refused an extension"),
    "convention.draft": _m("Began a convention"),
    "convention.amend": _m("Began an amendment"),
    "convention.rename": _m("Corrected what a convention is called"),
    "convention.revise": _m("Changed a preamble"),
    "convention.add_clause": _m("Added a clause"),
    "convention.revise_clause": _m("Changed a clause"),
    "convention.remove_clause": _m("Took a clause out"),
    "convention.order": _m("Reordered clauses"),
    "convention.open_comment": _m("Opened a draft for comment"),
    "convention.opinion": _m("Gave an opinion"),
    "convention.answer_opinion": _m("Answered an opinion"),
    "convention.submit": _m("Sent a convention for review"),
    "convention.return": _m("Returned a convention"),
    "convention.redraft": _m("Took a convention back to the desk"),
    "convention.pass_review": _m("Passed the review of a convention"),
    "convention.put_to_vote": _m("Put a convention before a meeting"),
    "convention.withdraw": _m("Took a convention off the agenda"),
    "convention.adopt": _m("Convention adopted"),
    "convention.reject": _m("Convention voted down"),
    "convention.file": _m("Filed a convention"),
    "convention.publish": _m("Published a convention"),
    "convention.supersede": _m("Convention superseded"),
    "convention.repeal": _m("Repealed a convention"),
    "notice.publish": _m("Published a notice"),
    "notice.withdraw": _m("Withdrew a notice"),
    "notice.object": _m("Raised an objection"),
    "notice.answer": _m("Answered an objection"),
    "notice.unmask": _m("Looked at a full phone number"),
    "notice.set_rule": _m("Set a notice period"),
    "points.award": _m("Credited points"),
    "points.request": _m("Asked for points"),
    "points.approve": _m("Approved points"),
    "points.refuse": _m("Refused points"),
    "points.withdraw": _m("Withdrew a request for points"),
    "points.reverse": _m("Reversed points"),
    "points.rule": _m("Changed an earning rule"),
    "points.rule.end": _m("Ended an earning rule"),
    "points.rule.cancel": _m("Cancelled an earning rule"),
    "points.policy": _m("Changed the points policy"),
    "reward.add": _m("Offered a reward"),
    "reward.edit": _m("Changed a reward"),
    "reward.stock": _m("Booked stock"),
    "reward.withdraw": _m("Withdrew a reward"),
    "reward.offer_again": _m("Offered a reward again"),
    "redemption.reserve": _m("Reserved a reward"),
    "redemption.hand_over": _m("Handed a reward over"),
    "redemption.cancel": _m("Cancelled a reservation"),
    "demo.load": _m("Loaded the sample"),
}

# Kinds of acts to choose among, by the beginnings of their codes.
KINDS = {
    "accounts": (
        _m("Accounts and sessions"),
        ("setup", "session.", "password.", "user.", "role.", "activation."),
    ),
    "people": (_m("Residents, units, places"), ("person", "appointment.", "unit.", "place.")),
    "topics": (_m("Platforms and topics"), ("platform.", "topic.")),
    "meetings": (_m("Meetings"), ("meeting",)),
    "resolutions": (_m("Resolutions"), ("resolution.",)),
    "tasks": (_m("Tasks"), ("task.",)),
    "conventions": (_m("Conventions"), ("convention.",)),
    "notices": (_m("Notices and objections"), ("notice.",)),
    "points": (_m("Points and rewards (acts)"), ("points.", "reward.", "redemption.")),
}


def kinds() -> dict[str, str]:
    """The kinds with their names in the reader's language."""
    return {kind: gettext(name) for kind, (name, _codes) in KINDS.items()}


def beginnings(kind: str) -> tuple[str, ...]:
    return KINDS[kind][1] if kind in KINDS else ()


def name_of(action: str) -> str:
    """What an act is called; its code if it has no name yet."""
    return gettext(ACTS[action]) if action in ACTS else action


def details(detail: dict[str, object], known: Collection[str] = ()) -> str:
    """The words of an entry's details in one line, without what is `known` beside it."""
    found = [
        _worded(key, detail[key]) for key in SHOWN if detail.get(key) not in (None, "", [], {})
    ]
    return " · ".join(_cut(one) for one in found if one and one not in known)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _worded(key: str, value: object) -> str:
    if key == "points" and isinstance(value, int):
        return ngettext("%(num)s point", "%(num)s points", value)
    if key == "awards" and isinstance(value, list):
        return ngettext("%(num)s award", "%(num)s awards", len(value)) if len(value) > 1 else ""
    if key == "upheld":
        return gettext("Upheld") if value else gettext("Not upheld")
    return str(value)
