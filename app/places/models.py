from __future__ import annotations

from datetime import date
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, choice
from app.core.i18n import lazy_gettext as _l
from app.core.labels import labelled


class Level(StrEnum):
    """From the top down; a place lies directly or indirectly under one of a higher level."""

    CITY = auto()
    DISTRICT = auto()
    STREET = auto()
    COMMUNITY = auto()
    GRID = auto()
    ESTATE = auto()
    BUILDING = auto()


LEVEL_LABELS = labelled(
    {
        Level.CITY: _l("City"),
        Level.DISTRICT: _l("District"),
        Level.STREET: _l("Subdistrict"),
        Level.COMMUNITY: _l("Community"),
        Level.GRID: _l("Grid"),
        Level.ESTATE: _l("Estate"),
        Level.BUILDING: _l("Building"),
    }
)


# Where a place of a level may lie. Some cities have no districts, some communities no grids.
PARENT_LEVELS: dict[Level, frozenset[Level]] = {
    Level.CITY: frozenset(),
    Level.DISTRICT: frozenset({Level.CITY}),
    Level.STREET: frozenset({Level.CITY, Level.DISTRICT}),
    Level.COMMUNITY: frozenset({Level.STREET}),
    Level.GRID: frozenset({Level.COMMUNITY}),
    Level.ESTATE: frozenset({Level.COMMUNITY, Level.GRID}),
    Level.BUILDING: frozenset({Level.COMMUNITY, Level.GRID, Level.ESTATE}),
}

# Where roles and offices of a community are held: for the whole of it, or for a part as well.
WHOLE_COMMUNITY = frozenset({Level.COMMUNITY})
COMMUNITY_AND_PARTS = frozenset({Level.COMMUNITY, Level.GRID, Level.ESTATE, Level.BUILDING})


class EstateKind(StrEnum):
    """The three kinds that Neijiang manages differently."""

    MATURE = auto()
    OLD = auto()
    WITHOUT = auto()


ESTATE_KIND_LABELS = labelled(
    {
        EstateKind.MATURE: _l("Mature estate"),
        EstateKind.OLD: _l("Old estate"),
        EstateKind.WITHOUT: _l("Estate without management, funds or committee"),
    }
)

# Compared byte by byte on both engines, so that a subtree is a range of the index.
_PATH = String(120).with_variant(String(120, collation="C"), "postgresql")


class Place(Model):
    """A place. `path` is "/id/id/…/own id/": everything that begins with it lies inside.

    `code` is the official division code down to the street, and free below.
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("estate_kind IS NULL OR level = 'estate'", name="estate_kind_of_estates"),
        CheckConstraint(
            "(level = 'city') = (parent_id IS NULL)", name="only_cities_have_no_parent"
        ),
        Index("uq_place_parent_id_name", "parent_id", "name", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    level: Mapped[Level] = mapped_column(choice(Level), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    path: Mapped[str] = mapped_column(_PATH, index=True, default="")
    estate_kind: Mapped[EstateKind | None] = mapped_column(choice(EstateKind))
    address: Mapped[str | None] = mapped_column(String(200))
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped[Place | None] = relationship(remote_side="Place.id")

    @property
    def ancestor_ids(self) -> list[int]:
        """From the city down to the place itself."""
        return [int(part) for part in self.path.split("/") if part]
