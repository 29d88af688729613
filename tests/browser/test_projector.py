"""A second screen on the console follows the host; the timer runs by the server's time."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_the_chain import accept_and_convene, raise_topic

pytestmark = pytest.mark.browser


def test_a_second_screen_follows_the_host(visit):
    resident, staff, host = visit("resident"), visit("staff"), visit("host")
    meeting = accept_and_convene(staff, raise_topic(resident, "投影"), "投影")
    console = f"/meetings/{meeting}/console"
    [invitation] = host.site.one(
        "SELECT id FROM invitation WHERE meeting_id = :meeting AND person_id IS NOT NULL"
        " AND capacity = 'member' ORDER BY id LIMIT 1",
        meeting=meeting,
    )
    host.go(f"/meetings/{meeting}/check-in")
    host.send(f"/meetings/invitations/{invitation}/check-in", part=True)
    second = visit("host")
    second.page.add_init_script("const now = Date.now; Date.now = () => now() - 3600000;")
    screen = second.go(console)
    host.go(console)
    host.send(f"/meetings/{meeting}/open", part=True)
    host.go(console)
    host.send("/start", part=True)
    item = screen.locator(".console-main .big-title")
    expect(item).to_contain_text("投影", timeout=4000)
    expect(screen.locator("form[action$='/vote']")).to_be_visible()

    host.go(console)
    [name] = host.site.one(
        "SELECT person.name FROM invitation JOIN person ON person.id = invitation.person_id"
        " WHERE invitation.id = :invitation",
        invitation=invitation,
    )
    host.page.locator("#speaker-search").press_sequentially(name)
    host.page.locator("#speakers button").first.click()
    host.page.locator("#queue form[action$='/start'] button").first.click()
    # Of a computer whose clock is an hour slow.
    expect(screen.locator("[data-timer-start]")).to_have_text(re.compile(r"0:0\d"), timeout=4000)

    host.go(console)
    host.send("/vote", {"mode": "show_of_hands"}, part=True)
    expect(screen.locator("form[action*='/votes/'][action$='/close']")).to_be_visible(timeout=4000)
    host.go(console)
    vote = host.page.locator('form[action*="/votes/"][action$="/close"]').first.get_attribute(
        "action"
    )
    host.send(vote, {"ayes": 1, "nays": 0, "abstentions": 0}, part=True)
    expect(screen.locator("#vote")).to_contain_text("通过", timeout=4000)


def test_a_screen_on_which_one_is_typing_stays_as_it_is(visit):
    resident, staff, host = visit("resident"), visit("staff"), visit("host")
    meeting = accept_and_convene(staff, raise_topic(resident, "打字"), "打字")
    console = f"/meetings/{meeting}/console"
    host.go(console)
    host.send(f"/meetings/{meeting}/open", part=True)
    host.go(console)
    host.send("/start", part=True)
    typing = visit("host").go(console)
    typing.locator("[name$='scrutineer']").fill("王监票")
    host.go(console)
    host.send("/finish", part=True)
    typing.wait_for_timeout(4000)
    assert typing.locator("[name$='scrutineer']").input_value() == "王监票"
