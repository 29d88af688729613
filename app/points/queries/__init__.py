"""Reading points. One module per subject; call them from here."""

from app.points.queries.accounts import AccountPage, Expiry, account_page
from app.points.queries.awards import (
    Wanted,
    award_in_reach,
    award_page,
    awards,
    awards_in_reach,
    codes_used,
    credited_in,
    how_many_pending,
    pending,
    to_decide,
    waiting,
)
from app.points.queries.choosing import Named, people_by_id, people_found, people_named
from app.points.queries.rules import (
    Listed,
    Requestable,
    RuleBook,
    policies,
    policy_on,
    requestable,
    rule_on,
    rule_to_change,
    rule_versions,
)
from app.points.queries.wallets import balance_of, balances_of

__all__ = [
    "AccountPage",
    "Expiry",
    "Listed",
    "Named",
    "Requestable",
    "RuleBook",
    "Wanted",
    "account_page",
    "award_in_reach",
    "award_page",
    "awards",
    "awards_in_reach",
    "balance_of",
    "balances_of",
    "codes_used",
    "credited_in",
    "how_many_pending",
    "pending",
    "people_by_id",
    "people_found",
    "people_named",
    "policies",
    "policy_on",
    "requestable",
    "rule_on",
    "rule_to_change",
    "rule_versions",
    "to_decide",
    "waiting",
]
