"""Many at once over HTTP, against the server as it is run: what there is, is given out once, and
those who come too late are told so in plain words."""

from __future__ import annotations

import threading
import uuid

import pytest

pytestmark = [pytest.mark.both_engines, pytest.mark.slow]


def all_at_once(calls):
    """The answers of calls made at the same moment from a thread each."""
    answers = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number, call):
        gate.wait()
        answers[number] = call()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def redeeming(client, person, item, price, key=None):
    path = f"/counter/{person}/redeem/{item}"
    key = key or uuid.uuid4().hex
    return lambda: client.post(path, request_key=key, price=price)


def redemptions_of(installation, item):
    return installation.server.one("SELECT count(*) FROM redemption WHERE item_id = :i", i=item)


def stock_of(installation, item):
    return installation.server.one("SELECT stock FROM reward_item WHERE id = :i", i=item)


def test_fifty_redemptions_spend_one_balance_once(installation):
    staff, second = installation.client("staff"), installation.client("staff2")
    item = installation.item("抽纸", points=10, stock=None)
    installation.give("chen", 100)
    chen = installation.people["chen"]
    calls = [redeeming((staff, second)[n % 2], chen, item, 10) for n in range(50)]
    answers = all_at_once(calls)

    assert sorted(answer.status for answer in answers) == [303] * 10 + [422] * 40
    for answer in answers:
        if answer.status == 422:
            assert "积分不足：可用0分，需要10分。" in answer.text
    assert installation.balance("chen") == 0
    assert redemptions_of(installation, item) == 10
    installation.ledger_is_clean()


def test_one_form_sent_fifty_times_redeems_once(installation):
    staff = installation.client("staff")
    item = installation.item("洗衣液", points=10, stock=20)
    installation.give("zhao", 100)
    zhao = installation.people["zhao"]
    calls = [redeeming(staff, zhao, item, 10, key="the-same") for _ in range(50)]

    assert {answer.status for answer in all_at_once(calls)} == {303}
    assert installation.balance("zhao") == 90
    assert redemptions_of(installation, item) == 1
    assert stock_of(installation, item) == 19
    installation.ledger_is_clean()


def test_two_counters_and_the_last_umbrella(installation):
    staff, second = installation.client("staff"), installation.client("staff2")
    umbrella = installation.item("雨伞", points=20, stock=1)
    people = {"zhang": staff, "li": second}
    for person in people:
        installation.give(person, 50)
    before = {person: installation.balance(person) for person in people}
    calls = [
        redeeming(client, installation.people[person], umbrella, 20)
        for person, client in people.items()
    ]
    answers = all_at_once(calls)

    assert sorted(answer.status for answer in answers) == [303, 422]
    too_late = next(answer for answer in answers if answer.status == 422)
    assert "已经兑完" in too_late.text
    assert sorted(installation.balance(p) - before[p] for p in people) == [-20, 0]
    assert stock_of(installation, umbrella) == 0
    installation.ledger_is_clean()
