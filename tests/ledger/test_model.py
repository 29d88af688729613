"""The ledger beside a model of it that is simple enough to be believed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Refused
from app.ledger import queries
from app.ledger.interface import (
    Entry,
    Transfer,
    expire,
    post,
    post_many,
    reverse,
    seal,
    verify,
)
from app.ledger.models import Account, LedgerUnit, Lot
from app.ledger.services.sealing import unsealed_days
from tests.ledger.conftest import MEMO, TODAY, Bank, at, available, new_key, totals

WALLETS = ("zhang", "li", "wang")
AMOUNTS = st.integers(1, 20)
DAYS_GOOD = st.one_of(st.none(), st.integers(0, 5))


@dataclass
class ModelLot:
    wallet: str
    remaining: int
    until: date | None
    expired: int = 0

    def order(self):
        return self.until or date.max


@dataclass
class ModelTransaction:
    """What a transaction did: lots it made, and what it took from which."""

    source: str
    destination: str
    amount: int
    made: list[ModelLot] = field(default_factory=list)
    took: list[tuple[ModelLot, int]] = field(default_factory=list)
    reversed: bool = False


class Model:
    """Balances and lots as lists; everything is looked for by walking through them."""

    def __init__(self):
        self.today = TODAY
        self.lots: list[ModelLot] = []
        self.elsewhere = defaultdict(int)  # accounts without lots

    def balance(self, wallet):
        return sum(lot.remaining for lot in self.lots if lot.wallet == wallet)

    def good(self, wallet):
        lots = [lot for lot in self.lots if lot.wallet == wallet and lot.remaining]
        return sorted((lot for lot in lots if lot.order() >= self.today), key=ModelLot.order)

    def available(self, wallet):
        return sum(lot.remaining for lot in self.good(wallet))

    def expire(self, wallets=WALLETS):
        total = 0
        for lot in self.lots:
            if lot.wallet in wallets and lot.order() < self.today:
                total += lot.remaining
                lot.expired += lot.remaining
                lot.remaining = 0
        self.elsewhere["expired"] += total
        return total

    def take(self, wallet, amount):
        """The pieces taken, first to expire first."""
        took = []
        for lot in self.good(wallet):
            part = min(lot.remaining, amount)
            if part:
                lot.remaining -= part
                amount -= part
                took.append((lot, part))
        assert amount == 0
        return took

    def award(self, wallet, amount, until):
        done = ModelTransaction("fund", wallet, amount)
        done.made.append(ModelLot(wallet, amount, until))
        self.lots += done.made
        self.elsewhere["fund"] -= amount
        return done

    def spend(self, wallet, amount, destination="redeemed"):
        """None if there isn't enough."""
        if self.available(wallet) < amount:
            return None
        self.expire([wallet])
        done = ModelTransaction(wallet, destination, amount, took=self.take(wallet, amount))
        if destination not in WALLETS:
            self.elsewhere[destination] += amount
            return done
        for lot, part in done.took:
            same = [made for made in done.made if made.until == lot.until]
            if same:
                same[0].remaining += part
            else:
                done.made.append(ModelLot(destination, part, lot.until))
        self.lots += done.made
        return done

    def reverse(self, done, *, up_to_balance):
        """The shortfall, or None if it is refused."""
        if done.reversed:
            return None
        back, lapsed = done.amount, 0
        if done.destination in WALLETS:
            own = sum(lot.remaining for lot in done.made)
            lapsed = min(done.amount - own, sum(lot.expired for lot in done.made))
            wanted = done.amount - own - lapsed
            others = sum(
                lot.remaining for lot in self.good(done.destination) if lot not in done.made
            )
            short = max(0, wanted - others)
            if short and not up_to_balance:
                return None
            for lot in done.made:
                lot.remaining = 0
            if wanted:
                self.expire([done.destination])
            self.take(done.destination, wanted - short)
            self.elsewhere["expired"] -= lapsed
            back = done.amount - short
        else:
            self.elsewhere[done.destination] -= done.amount
        done.reversed = True
        self.give_back(done, back)
        return done.amount - back

    def give_back(self, done, amount):
        if done.source == "fund":
            self.elsewhere["fund"] += amount
            return
        for lot, taken in reversed(done.took):
            part = min(taken, amount)
            lot.remaining += part
            amount -= part


class LedgerMachine(RuleBasedStateMachine):
    posted = Bundle("posted")

    def __init__(self):
        super().__init__()
        self.savepoint = db.session.begin_nested()
        self.model = Model()
        with at(TODAY):
            self.bank = Bank.opened()

    def teardown(self):
        # Slower than all the rest together, so only once: what it would find, it finds later, too.
        self.verify_finds_nothing()
        self.savepoint.rollback()

    def account(self, name):
        return getattr(self.bank, name)

    def now(self):
        return at(self.model.today)

    def until(self, days):
        return None if days is None else self.model.today + timedelta(days=days)

    @rule(target=posted, wallet=st.sampled_from(WALLETS), amount=AMOUNTS, days=DAYS_GOOD)
    def award(self, wallet, amount, days):
        key = new_key()
        with self.now():
            transaction = self.bank.award(self.account(wallet), amount, self.until(days), key)
            assert self.bank.award(self.account(wallet), amount, None, key) == transaction
        return transaction, self.model.award(wallet, amount, self.until(days))

    @rule(
        target=posted,
        wallet=st.sampled_from(WALLETS),
        amount=AMOUNTS,
        destination=st.sampled_from(["redeemed", "void", *WALLETS]),
    )
    def spend(self, wallet, amount, destination):
        if destination == wallet:
            destination = "redeemed"
        key = new_key()
        transfer = Transfer(self.account(wallet), self.account(destination), amount)
        entry = Entry(key, "redemption", MEMO, (transfer,))
        done = self.model.spend(wallet, amount, destination)
        with self.now():
            if done is None:
                with pytest.raises(Refused), db.session.begin_nested():
                    post(None, entry)
                return None, None
            transaction = post(None, entry)
            assert post(None, entry) == transaction
        return transaction, done

    @rule(
        wallet=st.sampled_from(WALLETS),
        amounts=st.lists(AMOUNTS, min_size=1, max_size=4),
        spend=AMOUNTS,
    )
    def batch(self, wallet, amounts, spend):
        """Awards and a spend of what they brought, in one go."""
        spend = min(spend, sum(amounts))
        fund, redeemed, account = self.bank.fund, self.bank.redeemed, self.account(wallet)
        transfers = [Transfer(fund, account, amount) for amount in amounts]
        transfers.append(Transfer(account, redeemed, spend))
        with self.now():
            post_many(
                None, [Entry(new_key(), "batch", MEMO, (transfer,)) for transfer in transfers]
            )
        for amount in amounts:
            self.model.award(wallet, amount, None)
        assert self.model.spend(wallet, spend)

    @rule(what=posted, up_to_balance=st.booleans())
    def reverse(self, what, up_to_balance):
        transaction, done = what
        if done is None:
            return
        short = self.model.reverse(done, up_to_balance=up_to_balance)
        key = new_key()

        def ledger_reverses():
            return reverse(None, transaction, key=key, memo=MEMO, up_to_balance=up_to_balance)

        with self.now():
            if short is None:
                with pytest.raises(Refused), db.session.begin_nested():
                    ledger_reverses()
                return
            reversal = ledger_reverses()
            assert ledger_reverses() == reversal
        assert queries.shortfall(reversal) == short

    @rule()
    def sweep(self):
        with self.now():
            assert expire(None, on=self.model.today) == self.model.expire()
            assert expire(None, on=self.model.today) == 0

    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        self.model.today += timedelta(days=days)

    @rule()
    def seal_what_is_over(self):
        with self.now():
            seal(up_to=self.model.today - timedelta(days=1))

    @invariant()
    def balances_agree(self):
        names = {
            self.account(name): name for name in (*WALLETS, "fund", "redeemed", "void", "expired")
        }
        for account, balance in db.session.execute(select(Account.id, Account.balance)):
            if name := names.get(account):
                expected = (
                    self.model.balance(name) if name in WALLETS else self.model.elsewhere[name]
                )
                assert balance == expected
        for wallet in WALLETS:
            there = available(self.account(wallet), self.model.today)
            assert there == self.model.available(wallet)

    @invariant()
    def lots_agree(self):
        lots = db.session.execute(
            select(Lot.account_id, Lot.expires_on, Lot.remaining).where(Lot.remaining > 0)
        )
        assert Counter(map(tuple, lots)) == Counter(
            (self.account(lot.wallet), lot.until, lot.remaining)
            for lot in self.model.lots
            if lot.remaining
        )

    @invariant()
    def points_are_neither_made_nor_lost(self):
        assert sum(totals(LedgerUnit.POINTS).values()) == 0

    def verify_finds_nothing(self):
        with self.now():
            found = {finding.table for finding in verify()}
            yesterday = self.model.today - timedelta(days=1)
            # Only of what happened: that a day still waits for its seal may be said.
            assert found <= ({"seal"} if unsealed_days(yesterday) else set())


@pytest.mark.slow
def test_the_ledger_does_what_its_model_does(app):
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
