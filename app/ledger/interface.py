"""What other packages may use of the ledger. Models come from `app.ledger.models`."""

from app.ledger.queries import came_late, latest_seals, shortfall, statement
from app.ledger.services.accounts import hold_accounts, open_account, open_accounts
from app.ledger.services.doubting import doubt_about_clock
from app.ledger.services.expiring import expire
from app.ledger.services.posting import Entry, Transfer, post, post_many
from app.ledger.services.reversing import reverse
from app.ledger.services.sealing import seal, seal_day_by_day
from app.ledger.services.verifying import verify
from app.ledger.services.walking import Finding

__all__ = [
    "Entry",  # one event to be posted, under a key that makes it happen once
    "Finding",  # a row that differs from what was posted
    "Transfer",  # an amount from one account to another
    "came_late",  # of what a reversal returned, the points past their date
    "doubt_about_clock",  # why the server's clock can't be right, if it can't
    "expire",  # move what is past its date out of the wallets
    "hold_accounts",  # lock accounts, for one that posts more than once
    "latest_seals",  # the newest seals, as the board shows them
    "open_account",  # the id of an account by its code, opened if need be
    "open_accounts",  # the same for many
    "post",  # post an entry
    "post_many",  # post many entries, all or none
    "reverse",  # take a transaction back
    "seal",  # seal all days up to one that is over
    "seal_day_by_day",  # the same, with a commit at each
    "shortfall",  # what a reversal could not take back
    "statement",  # what came to an account and went from it
    "verify",  # derive everything once more, and name what differs
]
