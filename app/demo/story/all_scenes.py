from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.db import db
from app.demo.story import conventions, everyday, parking, venues
from app.demo.story.stage import Stage

if TYPE_CHECKING:
    from app.demo.world import Community


def tell(community: Community, accounts: dict[str, int]) -> None:
    """Play every scene."""
    stage = Stage(community, accounts)
    conventions.tell(stage)
    parking.tell(stage)
    venues.tell(stage)
    everyday.tell(stage)
    db.session.flush()
