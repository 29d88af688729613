"""One matter from a resident's topic to a redeemed reward, walked by five people at five browsers."""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

pytestmark = pytest.mark.browser

SOON = 30  # minutes: a meeting may be opened from an hour before its time


@pytest.fixture
def photo(tmp_path):
    content = io.BytesIO()
    Image.new("RGB", (400, 300), "#7b8f6a").save(content, "JPEG")
    file = tmp_path / "疏通后.jpg"
    file.write_bytes(content.getvalue())
    return str(file)


def raise_topic(resident, title: str) -> int:
    resident.go("/topics/new")
    written = {
        "title": title,
        "body": "2栋门口下雨就积水，老人出门不方便。",
        "wish": "请物业疏通排水沟，并每季度清理一次。",
    }
    resident.send(resident.site.fill("community={community}"), written, button="提交")
    return resident.number(r"/topics/(\d+)$")


def accept_and_convene(staff, topic: int, title: str) -> int:
    staff.go(f"/topics/{topic}/screen")
    staff.send(f"/topics/{topic}/accept", {"content_class": "difficulties"})
    staff.go("/platforms")
    platform = re.search(r"/platforms/(\d+)", staff.page.content())[1]
    staff.go(f"/meetings/new?platform={platform}&kind=talk")
    begins = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=SOON)
    staff.send(
        "kind=talk",
        {"title": f"{title}恳谈会", "starts_at": f"{begins:%Y-%m-%dT%H:%M}", "venue": "2栋门口"},
    )
    meeting = staff.number(r"/meetings/(\d+)")
    staff.send("/agenda/topics", {"topic": topic, "kind": "vote"})
    staff.go(f"/meetings/{meeting}/invitations")
    staff.send("/invitations/group", button="全体居民代表")
    staff.send("/invitations/group", button="平台参与方单位")
    staff.go(f"/meetings/{meeting}/convene")
    staff.send("/convene", {"urgent_reason": "雨季将至，需尽快商定。"})
    assert staff.reads("会议通知已发出")
    return meeting


def hold(host, meeting: int) -> None:
    """Check six people in, the resident among them, vote five to one, record the resolution in
    place, confirm the minutes."""
    present = host.site.one(
        "SELECT id FROM invitation WHERE meeting_id = :meeting AND person_id IS NOT NULL"
        " AND capacity = 'member' ORDER BY CASE WHEN person_id = (SELECT person_id FROM"
        " user_account WHERE username = 'resident') THEN 0 ELSE 1 END, id LIMIT 6",
        meeting=meeting,
    )
    for invitation in present:
        host.go(f"/meetings/{meeting}/check-in")
        host.send(f"/meetings/invitations/{invitation}/check-in", part=True)
    console = f"/meetings/{meeting}/console"
    host.go(console)
    host.send(f"/meetings/{meeting}/open", part=True)
    host.go(console)
    host.send("/start", part=True)
    host.go(console)
    host.send("/vote", {"mode": "show_of_hands"}, part=True)
    host.go(console)
    vote = host.page.locator('form[action*="/votes/"][action$="/close"]').first.get_attribute(
        "action"
    )
    host.send(vote, {"ayes": 5, "nays": 1, "abstentions": 0}, part=True)
    host.go(console)
    assert host.reads("通过")
    record = host.page.locator('form[action*="/resolutions/items/"]').first.get_attribute("action")
    host.send(record, part=True)
    host.go(console)
    host.send("/notes", {"notes": "到会居民一致认为应尽快疏通。"}, part=True)
    host.go(console)
    host.send(f"/meetings/{meeting}/close", part=True)
    host.go(f"/meetings/{meeting}/minutes")
    host.send("/minutes/confirm", part=True)
    host.go(f"/meetings/{meeting}/minutes")
    assert host.reads("纪要已确认")


def dispatch(staff, topic: int) -> str:
    staff.go(f"/chain/{topic}")
    resolution = re.search(r'href="(/resolutions/\d+)"', staff.page.content())[1]
    new = f"/tasks/new/resolution/{resolution.rpartition('/')[2]}"
    staff.go(new)
    unit = staff.page.locator("select[name$=goes_to] option", has_text="物业").first.get_attribute(
        "value"
    )
    staff.send(new, {"rows-0-title": "疏通2栋排水沟", "rows-0-goes_to": unit})
    staff.go(resolution)
    return re.search(r'href="(/tasks/\d+)"', staff.page.content())[1]


def carry_out(unit, task: str, photo: str) -> None:
    unit.go(task)
    unit.send(f"{task}/accept", part=True)
    unit.go(task)
    unit.send(
        f"{task}/submit", {"text": "排水沟已疏通，清出淤泥两车。", "photos": [photo]}, part=True
    )


def points(resident) -> tuple[int, list[tuple[str, int]]]:
    """The balance on the resident's page, and what it came from: (words, points), newest first."""
    page = resident.go("/points")
    rows = page.locator(".list-row:has(> .points)").all()
    came_from = [
        (row.locator(".list-title").inner_text(), amount(row.locator("> .points"))) for row in rows
    ]
    return amount(page.locator(".hero-value")), came_from


def amount(shown) -> int:
    return int(re.sub(r"[^0-9-]", "", shown.inner_text().replace("−", "-")))


def hand_over(staff, resident, redemption: int) -> None:
    """The resident shows the code on the phone; staff find who it is and hand the thing over."""
    code = resident.go("/points").locator(".qr-text").text_content()
    staff.go(f"/counter?q={code}")
    staff.send(f"/counter/redemptions/{redemption}/hand-over")
    assert staff.reads("已发放")


def evaluate_and_redeem(resident, task: str) -> None:
    resident.go(task)
    resident.send(
        f"{task}/evaluate", {"solved": "yes", "score": 5, "comment": "不积水了。"}, part=True
    )
    resident.go("/rewards")
    resident.send("/redeem", part=True)
    resident.go("/rewards/mine")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_from_a_topic_to_a_reward(visit, site, photo, script):
    title = "门口积水（有脚本）" if script else "门口积水（无脚本）"
    resident = visit("resident", script=script, phone=True)
    staff = visit("staff", script=script)
    before = site.one("SELECT count(*) FROM redemption")[0]
    had, _came_from = points(resident)

    topic = raise_topic(resident, title)
    meeting = accept_and_convene(staff, topic, title)
    hold(visit("host", script=script), meeting)
    task = dispatch(staff, topic)
    carry_out(visit("unit", script=script, phone=True), task, photo)
    staff.go(task)
    staff.send(f"{task}/verify", part=True)
    earned, came_from = points(resident)
    evaluate_and_redeem(resident, task)
    redemption = site.one("SELECT max(id) FROM redemption")[0]
    hand_over(staff, resident, redemption)
    staff.go(task)
    staff.send(f"{task}/close", part=True)

    chain = resident.go(f"/chain/{topic}").locator("main").inner_text()
    for step in (title, f"{title}恳谈会", "疏通2栋排水沟", "不积水了。"):
        assert step in chain
    assert site.one("SELECT count(*) FROM redemption")[0] == before + 1
    awards = {words: more for words, more in came_from if title in words and more > 0}
    assert set(awards) == {
        f"议题受理：{title}",
        f"议题采纳：{title}",
        f"参加会议“{title}恳谈会”",
    }
    assert earned == had + sum(awards.values())
    left, now = points(resident)
    words, spent = now[0]
    assert words.startswith("兑换：")
    assert spent < 0
    assert left == earned + spent
    assert site.one("SELECT state FROM redemption WHERE id = :id", id=redemption) == ["handed_over"]
    assert "账目无误" in site.flask("ledger", "verify")
