"""No connection, a slow one, a session that ended: said at once and in place, nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_the_chain import accept_and_convene, raise_topic

pytestmark = pytest.mark.browser

SAID = "[data-way]"


@pytest.fixture
def resident(visit):
    found = visit("resident")
    yield found
    found.complaints.clear()  # the browser's own about the network and refusals


def fill(page):
    page.fill("input[name=title]", "单元门坏了")
    page.fill("textarea[name=body]", "门锁关不上，老人害怕。")


def test_without_a_connection_it_is_said_and_what_was_typed_stays(resident):
    page = resident.go("/topics/new")
    fill(page)
    page.context.set_offline(True)
    expect(page.locator(SAID)).to_contain_text("网络已断开")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("link", name="积分").first.click()
    page.wait_for_timeout(300)
    assert page.url.endswith("/topics/new")
    assert page.input_value("textarea[name=body]") == "门锁关不上，老人害怕。"
    page.context.set_offline(False)
    expect(page.locator(SAID)).to_contain_text("网络已恢复")
    resident.send(resident.site.fill("community={community}"), {}, button="提交")
    assert resident.number(r"/topics/(\d+)$")


def test_a_check_in_that_was_not_sent_is_shown_as_not_sent(visit):
    resident, staff, host = visit("resident"), visit("staff"), visit("host")
    meeting = accept_and_convene(staff, raise_topic(resident, "签到"), "签到")
    page = host.go(f"/meetings/{meeting}/check-in")
    page.route("**/check-in", lambda route: route.abort())
    form = page.locator("form.check-in-form").first
    form.locator("button").first.click()
    expect(page.locator(SAID)).to_contain_text("网络已断开")
    assert form.get_attribute("data-not-sent") == "未发出"
    page.unroute("**/check-in")
    form.locator("button").first.click()
    expect(page.locator("[data-not-sent]:not([data-way])")).to_have_count(0)
    host.complaints.clear()


def test_a_search_after_the_session_ended_leaves_what_was_typed(resident):
    page = resident.go(resident.site.fill("/topics/new?community={community}"))
    address = page.url
    page.fill("textarea[name=body]", "门锁关不上，老人害怕。")
    page.context.clear_cookies()
    page.locator("input[name=title]").press_sequentially("单元门坏了")
    expect(page.locator(SAID)).to_contain_text("您已退出登录")
    assert page.url == address
    assert page.input_value("textarea[name=body]") == "门锁关不上，老人害怕。"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_long_form_is_there_again_after_signing_in_again(visit, script):
    resident = visit("resident", script=script)
    page = resident.go("/topics/new")
    fill(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("main")).to_contain_text("您输入的内容已保留")
    form = page.locator("form:has(input[name=password]:visible)")
    form.locator("input[name=username]").fill("resident")
    form.locator("input[name=password]").fill("Linli-2026")
    form.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("门锁关不上，老人害怕。")
    page.get_by_role("button", name="现在提交").click()
    assert resident.number(r"/topics/(\d+)$")
    assert resident.reads("门锁关不上，老人害怕。")
    resident.complaints.clear()


def test_an_upload_shows_how_far_it_is_and_is_not_cut_off(visit, tmp_path):
    staff = visit("staff")
    page = staff.go("/rosters")
    file = tmp_path / "名册.csv"
    file.write_text("姓名,备注\n" + "".join(f"夏{n},{'独' * 400}\n" for n in range(900)), "utf-8")
    page.set_input_files("input[name=file]", str(file))
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.locator("main form[enctype] button[type=submit]").click()
    expect(page.locator(f"{SAID} progress")).to_be_visible()
    expect(page.locator(SAID)).to_contain_text("正在上传")
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    assert staff.number(r"/rosters/(\d+)$")
