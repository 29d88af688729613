"""What holds of a resolution."""

from __future__ import annotations

from app.resolutions.models import Resolution

FEEDBACK_DAYS = 30  # after which the result is due unless another day is chosen


def is_living(resolution: Resolution) -> bool:
    """Whether work can still come of it: not superseded and not closed."""
    return resolution.superseded_by_id is None and resolution.closed_at is None
