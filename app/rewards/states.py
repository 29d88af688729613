"""What can become of a redemption."""

from __future__ import annotations

from app.core.states import Machine
from app.rewards.models import RedemptionState as S

REDEMPTIONS = Machine(
    {
        (S.RESERVED, "hand_over"): S.HANDED_OVER,
        (S.RESERVED, "cancel"): S.CANCELLED,
    }
)
