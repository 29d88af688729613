"""A form that was refused comes back without a complaint of the browser."""


def test_a_text_area_that_was_pulled_larger_breaks_no_rule_for_styles(visit, site):
    matter = site.one(
        "SELECT max(id) FROM resolution WHERE fed_back_at IS NULL AND superseded_by_id IS NULL"
    )[0]
    visitor = visit("staff")
    page = visitor.go(f"/resolutions/{matter}/tasks/new")
    detail = page.locator("[name=rows-1-detail]")
    detail.evaluate("node => node.style.height = '200px'")  # what pulling its corner does
    visitor.send("/tasks/new", {"rows-1-detail": "十个车位"}, button="保存任务")
    page.locator(".error-summary").wait_for()
    assert detail.get_attribute("style") is None
