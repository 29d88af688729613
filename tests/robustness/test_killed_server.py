"""The server is killed without warning in the middle of its work, and started again: what was
answered is there, what was not is there as a whole or not at all, and sending it again doubles
nothing."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
import uuid

import pytest

from tests.robustness.server import field

ROWS = 3000
LOST = (OSError, http.client.HTTPException)

pytestmark = [pytest.mark.both_engines, pytest.mark.slow]


def roster(count):
    """A list as a community keeps it, everybody in a room of building 2."""
    lines = ["姓名,联系电话,楼栋,房号"]
    given = "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂英华玉萍红鹏辉建文"
    for number in range(count):
        name = "钱孙周吴郑冯"[number % 6] + given[number % 30] + given[number // 30 % 30]
        lines.append(f"{name},139{number:08d},2栋,{number // 4 + 1000}")
    return "\n".join(lines).encode()


class Import:
    """An uploaded roster that is to be taken over."""

    def __init__(self, installation, staff, count):
        self.installation, self.server, self.staff = installation, installation.server, staff
        staff.look("/rosters")
        answer = staff.send_file(
            "/rosters", "花名册.csv", roster(count), community_id=installation.community_id
        )
        assert answer.status == 303, answer
        self.address = answer.location
        self.before, self.homes_before = self.people(), self.homes()

    def people(self):
        return self.server.one("SELECT count(*) FROM person")

    def homes(self):
        return self.server.one("SELECT count(*) FROM household")

    def is_applied(self):
        return self.server.one("SELECT count(*) FROM person_import WHERE applied_at IS NOT NULL")

    def take_over(self):
        seen = field(self.staff.look(self.address), "seen")
        return self.staff.post(f"{self.address}/take-over", seen=seen)

    def take_over_and_die(self, after):
        """Whether the server was killed before it had answered."""
        seen = field(self.staff.look(self.address), "seen")
        answered = []

        def send():
            with contextlib.suppress(*LOST):
                answered.append(self.staff.post(f"{self.address}/take-over", seen=seen))

        thread = threading.Thread(target=send)
        thread.start()
        time.sleep(after)
        self.server.kill()
        thread.join()
        assert all(answer.status == 303 for answer in answered)
        return not answered

    def all_or_nothing(self, *, answered):
        came = self.people() - self.before
        assert came in {0, ROWS}
        assert self.is_applied() == (came == ROWS)
        assert self.homes() - self.homes_before == (ROWS // 4 if came else 0)
        assert came == ROWS or not answered


def test_an_import_is_there_as_a_whole_or_not_at_all(installation):
    staff = installation.client("staff")
    roster_ = Import(installation, staff, ROWS)
    cut_off = 0
    for after in (0.25, 0.6, 1.0):
        died = roster_.take_over_and_die(after)
        cut_off += died
        installation.server.start()
        roster_.all_or_nothing(answered=not died)
        if roster_.is_applied():
            break
    assert cut_off, "it was too fast to be killed in the middle"
    installation.ledger_is_clean()
    if not roster_.is_applied():
        assert roster_.take_over().status == 303
    # The same file once more: refused, and nothing comes twice.
    again = staff.post(f"{roster_.address}/take-over", seen="what was seen then")
    assert again.status == 409
    assert "已经导入过" in again.text
    roster_.all_or_nothing(answered=True)
    installation.ledger_is_clean()


class Storm:
    """Several counters redeem and cancel as fast as they can."""

    PEOPLE = ("zhang", "li", "wang")

    def __init__(self, installation, clients):
        self.installation, self.server, self.clients = installation, installation.server, clients
        self.sent = {}  # key → (person, item, later)
        self.statuses = []
        self.lost = 0
        self.items = {
            installation.item("抽纸", points=5, stock=500): 500,
            installation.item("洗洁精", points=10, stock=500): 500,
        }
        for person in self.PEOPLE:
            installation.give(person, 1500)
        self.rich = {
            person: installation.balance(person) + self._spent(person) for person in self.PEOPLE
        }

    def blow(self, seconds):
        """For so long, then the server is killed."""
        self.over = False
        threads = [
            threading.Thread(target=self._redeem, args=(client, number))
            for number, client in enumerate(self.clients)
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.server.kill()
        self.over = True
        for thread in threads:
            thread.join()

    def _redeem(self, client, number):
        items = sorted(self.items)
        while not self.over:
            turn = len(self.sent) + number
            key = uuid.uuid4().hex
            self.sent[key] = (
                self.installation.people[self.PEOPLE[turn % 3]], items[turn % 2], turn % 3 == 0,
            )  # fmt: skip
            try:
                self.statuses.append(self.send(client, key).status)
                if self.sent[key][2] and turn % 2:
                    self._cancel(client, key)
            except LOST:
                self.lost += 1
                return

    def send(self, client, key):
        person, item, later = self.sent[key]
        price = self.server.one("SELECT points FROM reward_item WHERE id = :id", id=item)
        extra = {"later": "1"} if later else {}
        return client.post(
            f"/counter/{person}/redeem/{item}", request_key=key, price=price, **extra
        )

    def _cancel(self, client, key):
        made = self.server.one("SELECT id FROM redemption WHERE request_key = :key", key=key)
        answer = client.post(f"/counter/redemptions/{made}/cancel", reason="改主意了")
        self.statuses.append(answer.status)

    def adds_up(self):
        """Every redemption is in the ledger and every entry has its redemption; nothing was
        handed out that was not there."""
        ask = self.server.one
        assert ask(
            "SELECT count(*) FROM redemption LEFT JOIN ledger_transaction t"
            " ON t.id = transaction_id WHERE t.id IS NULL OR t.kind <> 'redemption'"
        ) == 0  # fmt: skip
        assert ask(
            "SELECT count(*) FROM ledger_transaction t LEFT JOIN redemption r"
            " ON r.transaction_id = t.id WHERE t.kind = 'redemption'"
            " AND t.reverses_id IS NULL AND r.id IS NULL"
        ) == 0  # fmt: skip
        assert ask(
            "SELECT count(*) FROM ledger_transaction t LEFT JOIN redemption r ON r.refund_id = t.id"
            " WHERE t.reverses_id IS NOT NULL AND (r.id IS NULL OR r.state <> 'cancelled'"
            " OR r.transaction_id <> t.reverses_id)"
        ) == 0  # fmt: skip
        for item, stock in self.items.items():
            kept = ask("SELECT stock FROM reward_item WHERE id = :id", id=item)
            gone = ask(
                "SELECT count(*) FROM redemption WHERE item_id = :id AND state <> 'cancelled'",
                id=item,
            )
            assert kept + gone == stock
        assert ask("SELECT count(*) FROM account WHERE balance < 0 AND kind <> 'issue'") == 0
        for person in self.PEOPLE:
            left = self.rich[person] - self._spent(person)
            assert self.installation.balance(person) == left
        self.installation.ledger_is_clean()

    def _spent(self, person):
        return self.server.one(
            "SELECT coalesce(sum(points), 0) FROM redemption"
            " WHERE person_id = :id AND state <> 'cancelled'",
            id=self.installation.people[person],
        )

    def made(self):
        made = dict(map(tuple, self.server.rows("SELECT request_key, state FROM redemption")))
        return {key: state for key, state in made.items() if key in self.sent}


def test_a_storm_of_redemptions_leaves_no_half_of_one(installation):
    staff, second = installation.client("staff"), installation.client("staff2")
    storm = Storm(installation, [staff, second, staff, second])
    for seconds in (0.7, 1.1):
        storm.blow(seconds)
        installation.server.start()
        storm.adds_up()
    assert storm.lost, "nobody was waiting for an answer when it was killed"
    assert set(storm.statuses) == {303}
    before = storm.made()
    assert len(before) >= len(storm.sent) - storm.lost

    for number, key in enumerate(storm.sent):
        assert storm.send((staff, second)[number % 2], key).status == 303
    after = storm.made()
    # What had not been answered for is made now; of the rest nothing has changed.
    assert after.keys() == storm.sent.keys()
    assert {key: after[key] for key in before} == before | {
        key: "handed_over"
        for key, state in before.items()
        if state == "reserved" and not storm.sent[key][2]
    }
    storm.adds_up()
