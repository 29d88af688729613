"""How large a sample is made."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.db import db


@dataclass(frozen=True)
class Scale:
    """`communities`, the story's own the first of them; each other has `grids` grids of
    `households` households. Per community and year so many `meetings`, `tasks` and `awards`."""

    communities: int
    grids: int
    households: int
    meetings: int
    tasks: int
    awards: int
    at_once: bool = False  # in one transaction

    def save(self) -> None:
        """Commit what is whole, unless all is to be committed at once."""
        if not self.at_once:
            db.session.commit()


# City: a thousand grids, 300,000 residents, 20,000 meetings and 5,000 tasks a year, 2,000,000 postings.
SCALES = {
    "street": Scale(
        communities=2, grids=2, households=120, meetings=36, tasks=20, awards=1500, at_once=True
    ),
    "district": Scale(
        communities=10, grids=10, households=112, meetings=200, tasks=52, awards=17_000
    ),
    "city": Scale(communities=101, grids=10, households=126, meetings=200, tasks=52, awards=18_200),
}
