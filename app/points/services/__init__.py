"""Crediting, spending and taking back points. One module per subject; call them from here."""

from app.points.services.deciding import (
    approve_award,
    approve_awards,
    is_for_own,
    refuse_award,
    withdraw_award,
)
from app.points.services.facts import Fact, award, award_many
from app.points.services.notices import month_as_text, publish_month
from app.points.services.requesting import request_award, request_awards
from app.points.services.reversals import refund, reverse, reverse_award
from app.points.services.rules import (
    Terms,
    cancel_version,
    end_rule,
    new_policy,
    new_rule,
    new_version,
)
from app.points.services.wallets import lock_wallets, spend

__all__ = [
    "Fact",
    "Terms",
    "approve_award",
    "approve_awards",
    "award",
    "award_many",
    "cancel_version",
    "end_rule",
    "is_for_own",
    "lock_wallets",
    "month_as_text",
    "new_policy",
    "new_rule",
    "new_version",
    "publish_month",
    "refund",
    "refuse_award",
    "request_award",
    "request_awards",
    "reverse",
    "reverse_award",
    "spend",
    "withdraw_award",
]
