"""What is done with conventions, one function per button."""

from app.conventions.services.drafting import (
    add_clause,
    amend,
    draft,
    order_clauses,
    redraft,
    remove_clause,
    rename,
    revise,
    revise_clause,
)
from app.conventions.services.effect import file, hang_again, publish, repeal
from app.conventions.services.opinions import answer_opinion, give_opinion, open_comment, point_out
from app.conventions.services.review import (
    pass_review,
    put_to_vote,
    return_for_revision,
    submit,
    take_result,
    withdraw_from_vote,
)

__all__ = [
    "add_clause",
    "amend",
    "answer_opinion",
    "draft",
    "file",
    "give_opinion",
    "hang_again",
    "open_comment",
    "order_clauses",
    "pass_review",
    "point_out",
    "publish",
    "put_to_vote",
    "redraft",
    "remove_clause",
    "rename",
    "repeal",
    "return_for_revision",
    "revise",
    "revise_clause",
    "submit",
    "take_result",
    "withdraw_from_vote",
]
