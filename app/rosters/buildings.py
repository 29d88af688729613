"""A community's buildings, found however a roster names them."""

from __future__ import annotations

from collections import Counter

from app.core.i18n import Phrase, marked
from app.rosters import homes
from app.rosters.entry import Entry
from app.rosters.plan import NewBuilding, Ref, Standing, There


class Buildings:
    def __init__(self, there: There) -> None:
        self.there = there
        self.by_key: dict[str, list[Standing]] = {}
        self.by_id = {building.id: building for building in there.buildings}
        self.named: list[tuple[str, Standing]] = []
        self.new: dict[tuple[int, str], NewBuilding] = {}
        self.missing_estates: Counter[str] = Counter()
        for building in there.buildings:
            read = homes.building_of(building.name)
            key = read.key if read else building.name
            self.by_key.setdefault(key, []).append(building)
            if not homes.home_of(building.name):
                self.named.append((key, building))

    def look_into_address(self, entry: Entry) -> None:
        """An address may name a building that has a name instead of a number: 和谐大厦303."""
        if entry.building or not entry.address:
            return
        plain = entry.address.replace(" ", "").casefold()
        for key, building in self.named:
            before, found, room = plain.partition(key)
            if found and room:
                entry.building = homes.Building(before, key, building.name)
                entry.room = homes.room_of(room)
                return

    def find(self, entry: Entry) -> tuple[Ref | None, Phrase | None]:
        """The building, or why it can't be told; neither if it is simply not there."""
        building = entry.building
        assert building is not None  # noqa: S101 - the caller has looked
        known = self.by_key.get(building.key, [])
        estate = self._estate(building.estate)
        if building.estate or estate is not None:
            near = [
                place
                for place in known
                if place.parent_id == estate or self._lies_in(place, building.estate)
            ]
            if not near and entry.estate_is_sure and estate is None:
                self.missing_estates[building.estate] += 1
                return None, Phrase(
                    marked("There is no estate %(estate)s in this community."),
                    estate=building.estate,
                )
            if near or estate is not None:
                known = near
        open_ = [place for place in known if not place.retired]
        if len(open_) == 1:
            return open_[0].id, None
        if open_:
            estates = "、".join(sorted({place.around.split("/")[-1] for place in open_}))
            return None, Phrase(
                marked("%(building)s exists in several estates (%(estates)s): name the estate."),
                building=building.name,
                estates=estates,
            )
        if known:
            return None, Phrase(
                marked("The building %(building)s has been retired."), building=known[0].name
            )
        if self.there.create_in is None:
            if building.estate and estate is None:
                self.missing_estates[building.estate] += 1
            return None, None
        new = NewBuilding(estate or self.there.create_in, building.key, building.name)
        # However later rows write it, it is the same building.
        return self.new.setdefault(new[:2], new), None

    def missing_name(self, entry: Entry) -> str:
        assert entry.building is not None  # noqa: S101 - as above
        estate = self._estate(entry.building.estate)
        prefix = f"{self.there.estates[estate]} " if estate else ""
        return prefix + entry.building.name

    def text_of(self, ref: Ref, room: str) -> str:
        if isinstance(ref, NewBuilding):
            return f"{self.there.estates.get(ref.parent_id, '')} {ref.name} {room}".strip()
        building = self.by_id[ref]
        return f"{building.around.split('/')[-1]} {building.name} {room}".strip()

    def _estate(self, hint: str) -> int | None:
        """The place that is meant by what stands before a building's number, if any is; of a row
        that names none the one the whole roster is of."""
        if not hint:
            return self.there.estate
        fits = [id_ for id_, name in self.there.estates.items() if _means(hint, name)]
        return fits[0] if len(fits) == 1 else None

    def _lies_in(self, place: Standing, hint: str) -> bool:
        return any(_means(hint, name) for name in place.around.split("/") if name)


def _means(hint: str, name: str) -> bool:
    """Whether 大山坪街道88号桂花苑 or 桂花苑小区 means the estate 桂花苑."""
    bare = name.removesuffix("小区")
    return bool(bare) and (bare in hint or hint.removesuffix("小区") == bare)
