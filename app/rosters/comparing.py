"""Each row's fate: who it is about, and what would change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.core.i18n import Phrase, marked
from app.rosters.buildings import Buildings
from app.rosters.columns import Field
from app.rosters.entry import Entry, agree, check_room
from app.rosters.plan import Change, Fate, NewBuilding, Plan, Resident, TakenAs, There, Verdict
from app.rosters.telephones import is_mobile


def plan_of(
    entries: Iterable[Entry | None],
    there: There,
    left_out: Collection[str] = (),
    taken: Mapping[str, str] | None = None,
) -> Plan:
    """The plan for these entries; None stands for a row that is about nobody. `left_out` are the
    keys of those that were chosen by hand not to be taken over, `taken` says for what those are
    taken (TakenAs) of which that had to be decided."""
    return _Planner(there, frozenset(left_out), taken or {}).plan(entries)


class _Planner:
    def __init__(self, there: There, left_out: frozenset[str], taken: Mapping[str, str]) -> None:
        self.there = there
        self.left_out = left_out
        self.taken = taken
        self.places = Buildings(there)
        self.by_name: dict[str, list[Resident]] = {}
        self.by_phone: dict[str, list[Resident]] = {}
        # Who still lives here first, so that they are found before those who moved out.
        for resident in sorted(there.residents, key=lambda r: (r.moved_out_on is not None, r.id)):
            self.by_name.setdefault(resident.name, []).append(resident)
            if resident.phone and resident.moved_out_on is None:
                self.by_phone.setdefault(resident.phone, []).append(resident)
        self.seen: dict[Any, Entry] = {}

    def plan(self, entries: Iterable[Entry | None]) -> Plan:
        plan = Plan(missing_estates=self.places.missing_estates)
        for entry in entries:
            if entry is None:
                plan.passed_over += 1
                continue
            verdict = Verdict(entry)
            self._judge(verdict, plan)
            plan.verdicts.append(verdict)
            if verdict.home and isinstance(verdict.home[0], NewBuilding):
                building = verdict.home[0]
                plan.new_buildings[building] = plan.new_buildings.get(building, 0) + 1
        return plan

    def _judge(self, verdict: Verdict, plan: Plan) -> None:
        entry = verdict.entry
        if entry.is_heading:
            verdict.fate = Fate.HEADING
            return
        if entry.key in self.left_out:
            verdict.refuse(marked("Left out by hand."))
            verdict.by_hand = True
            return
        self.places.look_into_address(entry)
        check_room(entry)
        if entry.fault:
            verdict.fate, verdict.reason = Fate.REFUSED, entry.fault
            return
        if entry.building and entry.room and not self._settle_home(verdict, plan):
            return
        self._recognise(verdict)
        if verdict.fate is not Fate.NEW or self._is_duplicate(verdict):
            return
        if entry.doubts and not self._is_decided(verdict):
            return
        if verdict.taken_as is not TakenAs.RESIDENT and verdict.resident:
            what = Field.DIED if verdict.taken_as is TakenAs.DECEASED else Field.LEFT
            verdict.changes = [Change(what, None, verdict.gone_on)]
            verdict.fate = Fate.CHANGED
            return
        if verdict.resident is None:
            self._warn_of_likeness(verdict)
            return
        verdict.changes = self._changes(verdict, verdict.resident)
        verdict.fate = Fate.CHANGED if verdict.changes else Fate.SAME

    def _is_decided(self, verdict: Verdict) -> bool:
        """Whether it has been decided by hand what a doubtful row is taken for."""
        entry = verdict.entry
        if entry.key not in self.taken:
            verdict.fate, verdict.reason = Fate.ASKED, entry.doubts[0]
            return False
        verdict.taken_as, verdict.by_hand = TakenAs(self.taken[entry.key]), True
        entry.warnings = [*entry.doubts, *entry.warnings]
        return True

    def _settle_home(self, verdict: Verdict, plan: Plan) -> bool:
        """Find the building; False if the row is refused because of it."""
        ref, reason = self.places.find(verdict.entry)
        if ref is None:
            verdict.fate, verdict.reason = Fate.REFUSED, reason
            if reason is None:
                name = self.places.missing_name(verdict.entry)
                verdict.refuse(
                    marked("There is no building %(building)s in this community."), building=name
                )
                plan.missing[name] += 1
            return False
        verdict.home = (ref, verdict.entry.room)
        verdict.where = self.places.text_of(ref, verdict.entry.room)
        return True

    def _recognise(self, verdict: Verdict) -> None:
        """Find who it is: the same name, and the same phone or the same home."""
        entry = verdict.entry
        namesakes = self.by_name.get(entry.name, [])

        def likeness(resident: Resident) -> int:
            same_home = verdict.home is not None and verdict.home == resident.home
            return 2 * (resident.phone in entry.phones) + same_home

        alike = [resident for resident in namesakes if likeness(resident)]
        if not entry.phones and verdict.home is None:
            alike = self._by_name_alone(verdict, namesakes)
        if verdict.fate is Fate.REFUSED or not alike:
            return
        present = [resident for resident in alike if resident.moved_out_on is None]
        if not present and verdict.entry.gone:
            verdict.fate = Fate.SAME
            return
        if not present:
            verdict.refuse(
                marked("This person is registered as moved out on %(day)s."),
                day=str(alike[0].moved_out_on),
            )
            return
        verdict.resident = max(present, key=likeness)

    def _by_name_alone(self, verdict: Verdict, namesakes: list[Resident]) -> list[Resident]:
        """Without phone and home only the date of birth, or having neither as well, tells."""
        born = verdict.entry.born
        present = [r for r in namesakes if r.moved_out_on is None]
        if born:
            alike = [r for r in present if r.born_on and agree(born, r.born_on)]
        else:
            alike = [r for r in present if r.phone is None and r.building_id is None]
        if len(alike) == 1 or not present:
            return alike
        if born and not alike and all(r.born_on for r in present):
            return []
        verdict.refuse(
            marked("It can't be told who this is: %(count)s residents have this name, and the "
                   "row has neither a telephone number nor a room."),
            count=len(present),
        )  # fmt: skip
        return []

    def _is_duplicate(self, verdict: Verdict) -> bool:
        """Whether an earlier row is about the same person; only the first counts."""
        entry = verdict.entry
        if verdict.resident:
            keys: list[Any] = [verdict.resident.id]
        else:
            keys = [(entry.name, phone) for phone in entry.phones]
            keys += [(entry.name, verdict.home)] if verdict.home or not keys else []
        before = next((self.seen[key] for key in keys if key in self.seen), None)
        if before is not None:
            verdict.fate = Fate.DUPLICATE
            row = (
                before.number if before.sheet == entry.sheet else f"{before.sheet} {before.number}"
            )
            verdict.reason = Phrase(marked("The same person as in row %(row)s."), row=row)
            return True
        self.seen.update(dict.fromkeys(keys, entry))
        return False

    def _warn_of_likeness(self, verdict: Verdict) -> None:
        entry = verdict.entry
        born = entry.born
        for namesake in self.by_name.get(entry.name, []):
            if born and born.exact and namesake.born_on == born.day:
                entry.warn(
                    marked("Somebody with this name and date of birth is registered already."),
                )
                break
        for phone in entry.phones[:1]:
            others = [r for r in self.by_phone.get(phone, []) if r.home != verdict.home]
            if others:
                entry.warn(
                    marked("This is also the telephone number of %(name)s."), name=others[0].name
                )

    def _changes(self, verdict: Verdict, resident: Resident) -> list[Change]:
        """What the row says otherwise than the register. An empty cell never erases anything."""
        entry = verdict.entry
        changes = []
        if entry.phone and resident.phone not in entry.phones:
            if is_mobile(resident.phone or "") and not is_mobile(entry.phone):
                entry.warn(
                    marked("The number %(phone)s was left out: a mobile number is registered."),
                    phone=entry.phone,
                )
            else:
                changes.append(Change(Field.PHONE, resident.phone, entry.phone))
        if verdict.home and verdict.home != resident.home:
            old = self.places.text_of(*resident.home) if resident.home else None
            changes.append(Change(Field.ADDRESS, old, verdict.where))
        if entry.gender and entry.gender is not resident.gender:
            changes.append(Change(Field.GENDER, resident.gender, entry.gender))
        if entry.born and not (resident.born_on and agree(entry.born, resident.born_on)):
            changes.append(Change(Field.BORN, resident.born_on, entry.born.day))
        if entry.party_member not in {None, resident.party_member}:
            changes.append(Change(Field.PARTY, resident.party_member, entry.party_member))
        return changes
