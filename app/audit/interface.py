"""What other packages may use of audit."""

from app.audit.services import address, record, record_work

__all__ = [
    "address",  # the network address of the request, for the entries made in it
    "record",  # add an entry to the trail, in the caller's transaction
    "record_work",  # the same for work that goes on: one entry in ten minutes
]
