"""What other packages may use of inbox."""

from app.inbox.services import tell

__all__ = [
    "tell",  # put one sentence into the inboxes of people and users, once per key
]
