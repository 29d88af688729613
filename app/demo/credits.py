"""Points of the past year: kept by week while the communities are made, then credited week by
week through the ledger, so that its numbers run with time as if it had really happened."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from app.core import clock
from app.core.i18n import Phrase, marked
from app.ledger import interface as ledger
from app.points import interface as points
from app.points.interface import issue_account, lock_wallets
from app.points.models import Award, AwardStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from app.demo.rows import Rows
    from app.demo.world import Community
    from app.points.models import Basis

# Rules whose awards need no approval beyond a second look, with how often they are used.
DEEDS = [
    ("stairs", 30),
    ("sanitation", 22),
    ("volunteering", 26),
    ("lecture", 8),
    ("haircut", 8),
    ("environment", 6),
]
POSTED_AT = (17, 0)  # Fridays at five
AT_ONCE = 5000  # awards waiting to be written


class Credit(NamedTuple):
    """What one person is going to be credited with. The memo is `msgid` with `params`."""

    person_id: int
    code: str
    fact: str
    day: date
    msgid: str
    params: dict[str, str]
    times: int
    manual: bool

    @property
    def memo(self) -> Phrase:
        return Phrase(self.msgid, **self.params)


class Rule(NamedTuple):
    """What is needed of the rule that applies on a day."""

    id: int
    basis: Basis
    points: int
    yearly_cap: int | None


class Credits:
    """What is going to be credited in one community."""

    def __init__(self, random: Random, community: Community) -> None:
        self.random = random
        self.community = community
        self.waiting: list[Credit] = []

    def add(
        self,
        person_id: int,
        code: str,
        fact: str,
        day: date,
        memo: Phrase,
        *,
        times: int = 1,
        manual: bool = False,
    ) -> None:
        credit = Credit(person_id, code, fact, day, memo.msgid, memo.params, times, manual)
        self.waiting.append(credit)

    def add_deeds(self, count: int, first: date, last: date) -> None:
        """Service entered by staff: some people much, many a little, most never."""
        names = {
            rule.code: rule.name
            for rule in points.RuleBook([code for code, _w in DEEDS], [self.community.id]).versions
        }
        memos = {
            code: Phrase(marked("%(rule)s: %(text)s"), rule=name, text="社区登记")
            for code, name in names.items()
        }
        active = self.random.sample(self.community.adults, max(10, len(self.community.adults) // 3))
        codes, weights = zip(*DEEDS, strict=True)
        days = (last - first).days
        for number, code in enumerate(self.random.choices(codes, weights, k=count)):
            # The square leans towards the front of the list: a few carry much.
            person_id = active[int(len(active) * self.random.random() ** 2)]
            day = first + timedelta(days=self.random.randrange(days))
            self.add(
                person_id, code, f"sample:{self.community.id}:{number}", day, memos[code],
                times=self.random.randint(1, 3) if code == "volunteering" else 1, manual=True,
            )  # fmt: skip


class Weeks:
    """All communities' credits by week, on the disk: two million would be too many to hold."""

    def __init__(self, folder: Path, last: date) -> None:
        self.folder = folder
        self.last = last
        self.staff: dict[int, int] = {}

    def keep(self, credits_: Credits) -> None:
        """Write down a community's credits, each week's at the end of that week's file."""
        community = credits_.community
        self.staff[community.id] = community.staff_id
        weeks: dict[date, list[Credit]] = defaultdict(list)
        for credit in sorted(credits_.waiting, key=lambda credit: credit.day):
            weeks[_friday(credit.day, self.last)].append(credit)
        for friday, week in weeks.items():
            with (self.folder / friday.isoformat()).open("a", encoding="utf-8") as file:
                file.write(json.dumps([community.id, week], default=date.isoformat) + "\n")
        credits_.waiting.clear()

    def post(self, rows: Rows) -> Iterator[tuple[date, int]]:
        """Credit everything, each week at the moment it would have been. Yields the day and how
        many were credited, when they have been written."""
        posting = Posting(rows, self.staff)
        for file in sorted(self.folder.iterdir()):
            friday = date.fromisoformat(file.name)
            posted = 0
            with clock.frozen(clock.at(friday, *POSTED_AT)), file.open(encoding="utf-8") as lines:
                for line in lines:
                    community_id, week = json.loads(line)
                    posted += posting.post(community_id, [_credit(*kept) for kept in week])
            rows.write()
            yield friday, posted


class Posting:
    """Credits one community's week after the other, by the rules and caps of the house."""

    def __init__(self, rows: Rows, staff: dict[int, int]) -> None:
        self.rows = rows
        self.staff = staff
        self.book = points.RuleBook(None, staff)
        # The version that applies, looked up once for all credits of a day.
        self._rule = lru_cache(maxsize=10_000)(self._find_rule)
        self._wallets: dict[int, int] = {}
        self._funds: dict[int, int] = {}
        self._used: dict[tuple[int, str, int], int] = defaultdict(int)

    def post(self, community_id: int, week: list[Credit]) -> int:
        """Credit them now; returns how many were worth something."""
        worth = [
            (credit, rule, amount)
            for credit in week
            if (rule := self._rule(credit.code, community_id, credit.day))
            and (amount := self._amount(credit, rule))
        ]
        if not worth:
            return 0
        if community_id not in self._funds:
            self._funds[community_id] = issue_account(community_id)
        fund = self._funds[community_id]
        self._open_wallets({credit.person_id for credit, _rule, _amount in worth})
        entries = [
            ledger.Entry(
                key=f"award:{credit.fact}",
                kind="award",
                memo=credit.memo,
                transfers=(ledger.Transfer(fund, self._wallets[credit.person_id], amount),),
                expires_on=points.expires_on(credit.day, 12),
            )
            for credit, _rule, amount in worth
        ]
        ids = ledger.post_many(None, entries)
        self._record(community_id, worth, ids)
        return len(worth)

    def _record(
        self, community_id: int, worth: list[tuple[Credit, Rule, int]], ids: list[int]
    ) -> None:
        moment = clock.now()
        for (credit, rule, amount), transaction_id in zip(worth, ids, strict=True):
            self.rows.add(
                Award,
                fact=credit.fact, fact_key=credit.fact, rule_id=rule.id, person_id=credit.person_id,
                community_id=community_id, points=amount, times=credit.times, memo=credit.memo,
                happened_on=credit.day, manual=credit.manual, status=AwardStatus.POSTED,
                requested_by_id=self.staff[community_id] if credit.manual else None,
                requested_at=moment, transaction_id=transaction_id,
            )  # fmt: skip
        if self.rows.waiting(Award) > AT_ONCE:
            self.rows.write()

    def _find_rule(self, code: str, community_id: int, day: date) -> Rule | None:
        found = self.book.version(code, community_id, day)
        return None if found is None else Rule(*(getattr(found, name) for name in Rule._fields))

    def _amount(self, credit: Credit, rule: Rule) -> int:
        whole = points.worth(rule.basis, rule.points, times=credit.times, minutes=None, on_top_of=0)
        if rule.yearly_cap is None:
            return whole
        counted = (credit.person_id, credit.code, credit.day.year)
        amount = points.within_cap(whole, self._used[counted], rule.yearly_cap)
        self._used[counted] += amount
        return amount

    def _open_wallets(self, person_ids: set[int]) -> None:
        missing = sorted(person_ids - self._wallets.keys())
        for start in range(0, len(missing), 500):
            found = lock_wallets(missing[start : start + 500])
            self._wallets |= {person_id: wallet.points for person_id, wallet in found.items()}


def _credit(person_id: int, code: str, fact: str, day: str, *rest: object) -> Credit:
    return Credit(person_id, code, fact, date.fromisoformat(day), *rest)  # type: ignore[arg-type]  # as `keep` wrote them


def _friday(day: date, last: date) -> date:
    """The Friday on or after the day, but no later than the last day of the history."""
    return min(day + timedelta(days=(4 - day.weekday()) % 7), last)
