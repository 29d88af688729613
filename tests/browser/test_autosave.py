"""What is typed into the minutes of an item is kept however the page is left."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.test_the_chain import accept_and_convene, raise_topic

pytestmark = pytest.mark.browser

FIELD = "#item-notes textarea[name$='-notes']"


class Notes:
    """The minutes of the item that is up, at a host's console."""

    def __init__(self, host, meeting: int) -> None:
        self.host = host
        self.page = host.page
        self.console = f"/meetings/{meeting}/console"
        self.host.go(self.console)
        self.item = int(re.search(r"/items/(\d+)/notes", self.page.content())[1])

    def type(self, text: str) -> None:
        if not self.page.locator(FIELD).is_visible():
            self.page.locator("#item-notes > summary").click()
        self.page.locator(FIELD).press("End")
        self.page.locator(FIELD).press_sequentially(text)

    def state(self, words) -> None:
        expect(self.page.locator("#item-notes [data-autosave-state]")).to_contain_text(words)

    def kept(self) -> str:
        query = "SELECT notes FROM agenda_item WHERE id = :item"
        return self.host.site.one(query, item=self.item)[0] or ""

    def wait_for(self, text: str) -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until and text not in self.kept():
            self.page.wait_for_timeout(50)
        assert text in self.kept()


@pytest.fixture
def notes(visit):
    resident, staff, host = visit("resident"), visit("staff"), visit("host")
    meeting = accept_and_convene(staff, raise_topic(resident, "记录"), "记录")
    host.go(f"/meetings/{meeting}/console")
    host.send(f"/meetings/{meeting}/open", part=True)
    host.go(f"/meetings/{meeting}/console")
    host.send("/start", part=True)
    return Notes(host, meeting)


def test_nothing_typed_is_lost_however_the_console_is_left(notes):
    page = notes.page
    for number, name in enumerate(("签到名单", "会议纪要", "退出主持台")):
        notes.host.go(notes.console)
        notes.type(f"记下{number}，")
        page.get_by_role("link", name=name).first.click()
        page.wait_for_url(lambda url: not url.endswith("/console"))
        assert f"记下{number}，" in notes.kept()
    notes.host.go(notes.console)
    notes.type("最后一句")
    page.get_by_role("button", name="结束此项").first.click()
    expect(page.locator("#item-notes")).to_have_count(0)
    assert notes.kept().endswith("最后一句")


def test_what_is_typed_while_a_save_is_under_way_stays(notes):
    def slowly(route):
        time.sleep(0.8)
        route.continue_()

    notes.page.route("**/notes", slowly)
    notes.type("前半")
    notes.page.wait_for_timeout(900)
    notes.type("后半")
    notes.wait_for("前半后半")
    notes.state(re.compile(r"已保存 \d\d:\d\d"))
    assert notes.page.locator(FIELD).input_value() == "前半后半"


def test_without_a_connection_the_text_stays_and_is_sent_later(notes):
    notes.type("有网，")
    notes.state("已保存")
    notes.page.context.set_offline(True)
    notes.type("没有网")
    notes.state("没有网络连接")
    notes.page.get_by_role("link", name="签到名单").first.click()
    notes.page.wait_for_timeout(500)
    assert notes.page.locator(FIELD).input_value() == "有网，没有网"
    notes.page.context.set_offline(False)
    notes.state("已保存")
    assert notes.kept() == "有网，没有网"
    notes.host.complaints.clear()  # the browser's own about the network


def test_two_windows_overwrite_each_other_only_knowingly(notes, visit):
    other = Notes(visit("host"), int(re.search(r"\d+", notes.console)[0]))
    notes.type("第一个窗口")
    notes.state("已保存")
    other.type("第二个窗口")
    other.state("未保存：")
    assert "第一个窗口" in other.page.locator("#item-notes [data-autosave-refused]").inner_text()
    assert other.kept() == "第一个窗口"
    other.page.locator("#item-notes button[type=submit]").click()
    other.state("已保存")
    assert other.kept() == "第二个窗口"


def test_the_page_of_one_items_minutes_saves_itself_as_well(notes):
    page = notes.page
    notes.host.go(f"/meetings/items/{notes.item}/notes")
    field = page.locator("textarea[name$='-notes']")
    field.press_sequentially("另一页")
    page.get_by_role("link", name="取消").click()
    page.wait_for_url("**/minutes")
    assert notes.kept() == "另一页"
    notes.host.go(f"/meetings/items/{notes.item}/notes")
    field.press("End")
    field.press_sequentially("，完")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/console")
    assert notes.kept() == "另一页，完"


def test_signed_out_elsewhere_the_text_stays_and_says_so(notes):
    page = notes.page
    notes.type("一")
    notes.state("已保存")
    page.context.clear_cookies()
    notes.type("二")
    notes.state("已退出登录")
    assert page.locator(FIELD).input_value() == "一二"
    notes.host.complaints.clear()
