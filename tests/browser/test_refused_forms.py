"""A form that was refused comes back without a complaint of the browser."""

import pytest

pytestmark = pytest.mark.browser


def test_a_text_area_that_was_pulled_larger_breaks_no_rule_for_styles(visit, site):
    matter = site.one(
        "SELECT max(id) FROM resolution WHERE fed_back_at IS NULL AND superseded_by_id IS NULL"
    )[0]
    visitor = visit("staff")
    page = visitor.go(f"/tasks/new/resolution/{matter}")
    detail = page.locator("[name=rows-1-detail]")
    detail.evaluate("node => node.style.height = '200px'")  # what pulling its corner does
    visitor.send(
        f"/tasks/new/resolution/{matter}", {"rows-1-detail": "十个车位"}, button="保存任务"
    )
    page.locator(".error-summary").wait_for()
    assert detail.get_attribute("style") is None


def test_photos_that_are_too_large_are_refused_before_they_are_sent(visit, site, tmp_path):
    visitor = visit("unit")
    task = site.one(
        "SELECT max(task.id) FROM task JOIN user_account ON user_account.unit_id = task.unit_id"
        " WHERE username = 'unit' AND state = 'in_progress'"
    )[0]
    page = visitor.go(f"/tasks/{task}")
    files = {size: tmp_path / f"{size}.jpg" for size in (1, 14, 18)}
    for size, file in files.items():
        file.write_bytes(b"x" * size * 1024 * 1024)
    form = page.locator('form[action$="/report"]')
    page.get_by_text("上报进展", exact=True).first.click()
    form.locator("textarea").fill("已疏通两段管道")
    chosen = form.locator("[type=file]")
    for too_large in ([files[18]], [files[14]] * 5):
        chosen.set_input_files(too_large)
        assert "15 MB" in chosen.evaluate("node => node.validationMessage")
        form.locator("button").click()
        assert form.locator("textarea").input_value() == "已疏通两段管道"
    chosen.set_input_files([files[14]] * 4)
    assert chosen.evaluate("node => node.validationMessage") == ""
