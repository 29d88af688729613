"""What may be done with the ledger. Everything flushes, nothing commits.

Post several entries of one request with one `post_many`: accounts are locked in the order of
their ids within a call, which is what keeps two calls from waiting for each other.
"""

from app.ledger.services.accounts import hold_accounts, open_account, open_accounts
from app.ledger.services.entries import EXPIRY, Entry, Transfer
from app.ledger.services.expiring import expire
from app.ledger.services.findings import Finding
from app.ledger.services.posting import post, post_many
from app.ledger.services.reversing import reverse
from app.ledger.services.sealing import seal, seal_day_by_day
from app.ledger.services.verifying import verify

__all__ = [
    "EXPIRY",
    "Entry",
    "Finding",
    "Transfer",
    "expire",
    "hold_accounts",
    "open_account",
    "open_accounts",
    "post",
    "post_many",
    "reverse",
    "seal",
    "seal_day_by_day",
    "verify",
]
