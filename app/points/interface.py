"""What other packages may use of points."""

from app.points.policy import expires_on, within_cap, worth
from app.points.queries.awards import to_decide, waiting
from app.points.queries.rules import RuleBook
from app.points.queries.wallets import balance_of, balances_of
from app.points.services.facts import Fact, award, award_many
from app.points.services.requesting import request_award, request_awards
from app.points.services.reversals import refund, reverse_award
from app.points.services.wallets import issue_account, lock_wallets, spend

__all__ = [
    "Fact",  # something that happened and was verified, as the package that knows it tells it
    "RuleBook",  # the earning rules that can apply, read in one query
    "award",  # credit points for one fact
    "award_many",  # credit points for many facts in few round trips
    "balance_of",  # the points a person can spend today (or on another day)
    "balances_of",  # {person id: points} that these people can spend
    "expires_on",  # the last day on which points can be spent
    "issue_account",  # the community's fund, out of which all points (or minutes) come
    "lock_wallets",  # people's accounts, opened where missing and held until the end
    "refund",  # give back what a transaction spent, to the lots it came from
    "request_award",  # ask for points for one person
    "request_awards",  # ask for the same points for each of these people of one community
    "reverse_award",  # take back what a fact was awarded, because the fact did not hold
    "spend",  # take points out of a wallet
    "to_decide",  # rows of the requests the actor may decide about
    "waiting",  # what waits for the actor here, for Today
    "within_cap",  # what of the points still fits under the cap of the year
    "worth",  # whole points for an act under a rule
]
