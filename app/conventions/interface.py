"""What other packages may use of conventions."""

from app.conventions.queries.texts import clauses_of, in_force, open_drafts, readable_by
from app.conventions.queries.waiting import waiting
from app.conventions.services.drafting import add_clause, amend, draft, redraft, revise_clause
from app.conventions.services.effect import file, publish
from app.conventions.services.opinions import answer_opinion, give_opinion, open_comment
from app.conventions.services.review import pass_review, put_to_vote, submit, take_result
from app.conventions.text import chinese_number

__all__ = [
    "add_clause",  # a clause at the end of a draft, perhaps because of an opinion
    "amend",  # a new version of what is in force, beginning with its text
    "answer_opinion",  # say what became of an opinion
    "chinese_number",  # 1 to 999 as clauses are numbered
    "clauses_of",  # the clauses of a version, in order
    "draft",  # a new convention with its first version, still without clauses
    "file",  # note that it has been filed with the authority above
    "give_opinion",  # an opinion on a draft, by a resident or entered for one
    "in_force",  # rows (InForce) of what is in force in a community that day
    "open_comment",  # ask the public for opinions until a day
    "open_drafts",  # rows (OpenDraft) of the drafts that a community's residents may comment on
    "pass_review",  # the street office finds nothing against law, policy or good custom
    "publish",  # hang it on the board, to be in force from a day on
    "put_to_vote",  # freeze the text and put it on a meeting's agenda
    "readable_by",  # condition: an actor may open the page of a convention
    "redraft",  # take a version back to the desk
    "revise_clause",  # change a clause of a draft, perhaps because of an opinion
    "submit",  # send it to the street office, once every opinion is answered
    "take_result",  # take over what the meeting decided
    "waiting",  # what waits for the actor here, for Today
]
