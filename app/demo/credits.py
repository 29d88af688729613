"""Points of the past year, credited week by week through the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from app.core import clock
from app.core.i18n import Phrase, marked
from app.ledger import services as ledger
from app.points import policy
from app.points import queries as points
from app.points.models import Award, AwardStatus
from app.points.services.wallets import issue_account, lock_wallets

if TYPE_CHECKING:
    from random import Random

    from app.demo.rows import Rows
    from app.demo.world import Community

# Rules that need nobody's approval beyond a second look, with how often they are used.
DEEDS = [
    ("stairs", 30),
    ("sanitation", 22),
    ("volunteering", 26),
    ("lecture", 8),
    ("haircut", 8),
    ("environment", 6),
]
POSTED_AT = (17, 0)  # Fridays at five


class Credit(NamedTuple):
    person_id: int
    code: str
    fact: str
    day: date
    memo: Phrase
    times: int
    manual: bool


class Credits:
    """What is going to be credited in one community, in memory until `post`."""

    def __init__(self, random: Random, rows: Rows, community: Community) -> None:
        self.random = random
        self.rows = rows
        self.community = community
        self._waiting: list[Credit] = []

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
        self._waiting.append(Credit(person_id, code, fact, day, memo, times, manual))

    def add_deeds(self, count: int, first: date, last: date) -> None:
        """Service entered by staff: some people much, many a little, most never."""
        names = {
            rule.code: rule.name
            for rule in points.RuleBook([code for code, _w in DEEDS], [self.community.id]).versions
        }
        active = self.random.sample(self.community.adults, max(10, len(self.community.adults) // 3))
        codes, weights = zip(*DEEDS, strict=True)
        days = (last - first).days
        for number in range(count):
            # The square leans towards the front of the list: a few carry much.
            person_id = active[int(len(active) * self.random.random() ** 2)]
            code = self.random.choices(codes, weights)[0]
            day = first + timedelta(days=self.random.randrange(days))
            self.add(
                person_id, code, f"sample:{self.community.id}:{number}", day,
                Phrase(marked("%(rule)s: %(text)s"), rule=names[code], text="社区登记"),
                times=self.random.randint(1, 3) if code == "volunteering" else 1, manual=True,
            )  # fmt: skip

    def post(self, last: date) -> int:
        """Credit everything, a week at a time at the moment it would have been; returns how many."""
        self._waiting.sort(key=lambda credit: credit.day)
        book = points.RuleBook(None, [self.community.id])
        wallets = self._wallets()
        fund = issue_account(self.community.id)
        used: dict[tuple[int, str, int], int] = {}
        posted = 0
        week: list[Credit] = []
        for credit in [*self._waiting, None]:
            if credit is None or (week and _friday(credit.day, last) != _friday(week[0].day, last)):
                posted += (
                    self._post_week(week, _friday(week[0].day, last), book, wallets, fund, used)
                    if week
                    else 0
                )
                week = []
            if credit is not None:
                week.append(credit)
        self._waiting.clear()
        return posted

    def _wallets(self) -> dict[int, Any]:
        people = sorted({credit.person_id for credit in self._waiting})
        found: dict[int, Any] = {}
        for start in range(0, len(people), 500):
            found |= lock_wallets(people[start : start + 500])
        return found

    def _post_week(
        self, week: list[Credit], friday: date, book: Any, wallets: dict[int, Any], fund: int,
        used: dict[tuple[int, str, int], int],
    ) -> int:  # fmt: skip
        worth = []
        for credit in week:
            rule = book.version(credit.code, self.community.id, credit.day)
            if rule is None:
                continue
            whole = policy.worth(
                rule.basis, rule.points, times=credit.times, minutes=None, on_top_of=0
            )
            counted = (credit.person_id, rule.code, credit.day.year)
            amount = policy.within_cap(whole, used.get(counted, 0), rule.yearly_cap)
            if amount > 0:
                used[counted] = used.get(counted, 0) + amount
                worth.append((credit, rule, amount))
        moment = clock.at(friday, *POSTED_AT)
        with clock.frozen(moment):
            entries = [
                ledger.Entry(
                    key=f"award:{credit.fact}",
                    kind="award",
                    memo=credit.memo,
                    transfers=(ledger.Transfer(fund, wallets[credit.person_id].points, amount),),
                    expires_on=policy.expires_on(credit.day, 12),
                )
                for credit, _rule, amount in worth
            ]
            ids = ledger.post_many(None, entries) if entries else []
        for (credit, rule, amount), transaction_id in zip(worth, ids, strict=True):
            self.rows.add(
                Award,
                fact=credit.fact, fact_key=credit.fact, rule_id=rule.id, person_id=credit.person_id,
                community_id=self.community.id, points=amount, times=credit.times, memo=credit.memo,
                happened_on=credit.day, manual=credit.manual, status=AwardStatus.POSTED,
                requested_by_id=self.community.staff_id if credit.manual else None,
                requested_at=moment, transaction_id=transaction_id,
            )  # fmt: skip
        return len(worth)


def _friday(day: date, last: date) -> date:
    """The Friday on or after the day, but no later than the last day of the history."""
    return min(day + timedelta(days=(4 - day.weekday()) % 7), last)
