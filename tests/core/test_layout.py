"""The frames, macros and switches every page is made of."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, FileField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import clock, navigation
from app.core.access import ROLE_LABELS, Role
from app.core.forms import Form, long_text, one_id, text, whole_number
from app.core.ordering import reordered
from app.core.paging import Page

FORMS = '{% import "_ui/forms.html" as forms %}'
UI = '{% import "_ui/page.html" as ui %}'
CHARTS = '{% import "_ui/charts.html" as charts %}'

EXTERNAL = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


class Tags(HTMLParser):
    """Every start tag of a page, with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]

    def with_id(self, wanted):
        return next(a for _tag, a in self.found if a.get("id") == wanted)


class Sample(Form):
    title = text("议题", maximum=20, description="一句话")
    body = long_text("说明", required=False, maximum=500)
    days = whole_number("天数", minimum=1, maximum=60)
    place = one_id("小区")
    way = RadioField("方式", choices=[SelectChoice("a", "甲"), SelectChoice("b", "乙")])
    units = SelectMultipleField(
        "单位",
        choices=[SelectChoice("1", "物业"), SelectChoice("2", "小学")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    agree = BooleanField("同意")
    photo = FileField("照片")


def sample(**filled):
    form = Sample(formdata=MultiDict(filled) if filled else None)
    form.place.choices = [("", "请选择"), (1, "桂花苑")]
    return form


def show(app, source, path="/healthz", **context):
    with app.test_request_context(path):
        return render_template_string(source, **context)


def test_whoever_may_read_neither_is_led_to_neither_topics_nor_conventions(cast, sign_in):
    page = sign_in(cast.admin).get("/places").text
    assert 'href="/accounts"' in page
    for path in ("/topics", "/conventions"):
        assert f'href="{path}"' not in page
        assert sign_in(cast.admin).get(path).status_code == 403
        assert sign_in(cast.unit_contact).get(path).status_code == 200


def test_a_page_names_nothing_outside_and_has_nothing_inline(client):
    html = client.get("/no-such-page").get_data(as_text=True)
    assert not EXTERNAL.search(html)
    for tag, attributes in Tags(html).found:
        assert "style" not in attributes, tag
        assert not any(name.startswith("on") for name in attributes), tag
    for script in Tags(html).all("script"):
        assert script["src"].startswith("/static/")


def test_a_page_says_its_language_and_lets_one_skip_to_the_content(client):
    html = client.get("/no-such-page").get_data(as_text=True)
    tags = Tags(html)
    assert tags.all("html")[0]["lang"] == "zh-CN"
    assert "跳到正文" in html
    assert any(a.get("href") == "#main" for a in tags.all("a"))
    assert tags.with_id("main")
    assert len(tags.all("h1")) == 1


@pytest.mark.both_engines
def test_english_is_shown_to_whoever_switches_to_it(client):
    answer = client.post(
        "/appearance", data={"language": "en"}, headers={"Referer": "http://localhost/board?q=1"}
    )
    assert (answer.status_code, answer.location) == (303, "/board?q=1")
    html = client.get("/no-such-page").get_data(as_text=True)
    assert Tags(html).all("html")[0]["lang"] == "en"
    assert "Skip to content" in html


def test_the_dark_theme_follows_the_system_until_it_is_chosen(client):
    def dark(html):
        return [a["media"] for a in Tags(html).all("link") if "dark.css" in a["href"]]

    assert dark(client.get("/nowhere").text) == ["screen and (prefers-color-scheme: dark)"]
    client.post("/appearance", data={"theme": "dark"})
    assert dark(client.get("/nowhere").text) == ["screen"]
    client.post("/appearance", data={"theme": "light"})
    assert dark(client.get("/nowhere").text) == []


def test_large_type_is_kept(client):
    assert "large-type" not in client.get("/nowhere").text
    client.post("/appearance", data={"type": "large"})
    assert "large-type" in Tags(client.get("/nowhere").text).all("html")[0]["class"]


@pytest.mark.parametrize("data", [{}, {"theme": "pink"}, {"language": "zh", "type": "huge"}])
def test_an_appearance_that_does_not_exist_is_refused(client, data):
    answer = client.post("/appearance", data=data)
    assert answer.status_code == 400
    kept = {cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert kept <= {"linli"}


@pytest.mark.parametrize(
    ("referer", "target"),
    [
        (None, "/"),
        ("http://elsewhere.example/x", "/"),
        ("http://localhost//elsewhere.example/x", "/"),
        ("http://localhost//topics", "/topics"),
        ("http://localhost/topics?page=2", "/topics?page=2"),
    ],
)
def test_the_switch_never_leads_to_another_site(client, referer, target):
    headers = {"Referer": referer} if referer else {}
    assert client.post("/appearance", data={"type": "large"}, headers=headers).location == target


def test_the_site_is_alive_if_the_database_answers(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")


def test_browsers_find_an_icon(client):
    with client.get("/favicon.ico") as answer:
        assert answer.mimetype == "image/svg+xml"


def test_staff_get_the_side_navigation_and_residents_the_tabs(sign_in, cast):
    staff = sign_in(cast.staff).get("/nowhere").get_data(as_text=True)
    assert 'class="sidenav"' in staff
    assert 'class="tabbar"' not in staff
    resident = sign_in(cast.resident).get("/nowhere").get_data(as_text=True)
    assert 'class="tabbar"' in resident
    assert 'class="sidenav"' not in resident


def test_residents_reach_every_room_from_their_own_page(sign_in, cast):
    page = sign_in(cast.resident).get("/me").text
    for path in ("/today", "/tasks", "/conventions", "/notices", "/board"):
        assert re.search(rf'<a class="btn [^>]*href="{path}[?"]', page), path
    assert "更多页面" not in sign_in(cast.staff).get("/me").text


def test_no_link_of_the_navigation_leads_to_a_refusal(sign_in, cast):
    for name in ("staff", "resident", "unit_contact", "oversight", "admin", "grid_worker"):
        client = sign_in(getattr(cast, name))
        tags = Tags(client.get("/nowhere").get_data(as_text=True))
        links = {a["href"] for a in tags.all("a") if a["href"].startswith("/")}
        for link in links:
            assert client.get(link).status_code not in {403, 404, 405}, (name, link)


def test_the_nearest_link_is_marked_as_current(app):
    def current(path):
        groups = [
            (
                None,
                [
                    navigation.Link("", "", url, "", None)
                    for url in ("/", "/topics", "/topics/mine")
                ],
            )
        ]
        with app.test_request_context(path):
            return [
                (link.url, link.current)
                for link in navigation._with_current(groups)[0][1]
                if link.current
            ]

    assert current("/topics") == [("/topics", "page")]
    assert current("/topics/mine/3") == [("/topics/mine", "true")]
    assert current("/topics/7") == [("/topics", "true")]
    assert current("/topicsandmore") == []
    assert current("/") == [("/", "page")]


def test_a_field_is_tied_to_its_label_help_and_error(app):
    with app.test_request_context("/", method="POST"):
        form = sample(title="")
        form.validate()
        html = render_template_string(
            FORMS + "{{ forms.form_errors(form) }}{{ forms.field(form.title) }}", form=form
        )
    control = Tags(html).with_id("title")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "title-help title-error"
    assert control["maxlength"] == "20"
    assert "required" in control
    assert Tags(html).with_id("title-help")
    assert Tags(html).with_id("title-error")
    assert 'href="#title"' in html
    assert 'role="alert"' in html


def test_a_right_form_has_no_summary(app):
    assert "alert" not in show(app, FORMS + "{{ forms.form_errors(form) }}", form=_unbound(app))


def _unbound(app):
    with app.test_request_context("/"):
        return sample()


def test_every_kind_of_field_has_a_name_for_screen_readers(app):
    with app.test_request_context("/"):
        html = render_template_string(
            FORMS
            + "{% for field in form if field.type != 'CSRFTokenField' %}{{ forms.field(field) }}{% endfor %}",
            form=sample(),
        )
    tags = Tags(html)
    labels = {a["for"] for a in tags.all("label")}
    controls = [a for name in ("input", "select", "textarea") for a in tags.all(name)]
    assert len(controls) == 10
    for control in controls:
        assert control["id"] in labels
    assert len(tags.all("legend")) == 2
    assert tags.with_id("days")["inputmode"] == "numeric"


def test_what_was_typed_is_escaped(app):
    with app.test_request_context("/", method="POST"):
        form = sample(title='"><script>alert(1)</script>')
        form.validate()
        html = render_template_string(
            FORMS
            + UI
            + "{{ forms.field(form.title) }}{{ ui.badge(form.title.data) }}{{ ui.page_header(form.title.data) }}"
            "{{ forms.post_button('/x', typed, confirm_text=typed, fields={'a': typed}) }}",
            form=form,
            typed=form.title.data,
        )
    assert "<script" not in html


def test_a_button_asks_first_without_a_script(app):
    html = show(
        app,
        FORMS
        + "{{ forms.post_button('/x', '作废', confirm_text='确定？', fields={'version': 3}) }}",
    )
    tags = Tags(html)
    opener = next(
        a for a in tags.all("button") if "popovertargetaction" not in a and "popovertarget" in a
    )
    assert opener["type"] == "button"
    assert "popover" in tags.with_id(opener["popovertarget"])
    assert tags.all("form")[0]["method"] == "post"
    assert {a["name"]: a["value"] for a in tags.all("input")}["version"] == "3"


def test_two_buttons_ask_in_panels_of_their_own(app):
    html = show(
        app,
        FORMS
        + "{% for n in (1, 2) %}{{ forms.post_button('/x', '作废', confirm_text='？', fields={'id': n}) }}{% endfor %}",
    )
    assert len({a["id"] for a in Tags(html).all("div") if "id" in a}) == 2


def test_pages_of_a_list_keep_the_filter(app):
    html = show(
        app,
        UI + "{{ ui.pagination(page) }}",
        path="/healthz?state=open&tag=a&tag=b&page=2",
        page=Page([], 2, 30, 100),
    )
    links = [a["href"] for a in Tags(html).all("a")]
    assert "/healthz?state=open&tag=a&tag=b&page=3" in links
    assert all("state=open&tag=a&tag=b" in link for link in links)


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (-1, "late", "已逾期 1 天"),
        (0, "wait", "今天到期"),
        (3, "wait", "还剩 3 天"),
        (4, "neutral", "到期"),
    ],
)
def test_only_what_is_late_is_red(app, days, tone, words):
    html = show(app, UI + "{{ ui.due_badge(due) }}", due=clock.today() + timedelta(days))
    assert f"tag-{tone}" in html
    assert words in html


def test_the_quorum_bar_says_how_many_are_missing(app):
    html = show(app, UI + "{{ ui.progress(18, 60, '实到', threshold=31) }}")
    assert "还差 13" in html
    assert 'width="30.00%"' in html
    assert "已达到" in show(app, UI + "{{ ui.progress(31, 60, '实到', threshold=31) }}")
    assert 'width="100.00%"' in show(app, UI + "{{ ui.progress(80, 60, '实到') }}")
    assert "meter-fill" not in show(app, UI + "{{ ui.progress(0, 0, '实到', threshold=0) }}")


def test_charts_carry_their_figures_as_text(app):
    rows = [("安居物业", 34), ("大山坪小学", 0)]
    for chart in ("bars", "line"):
        html = show(
            app, CHARTS + "{{ charts." + chart + "(rows, '办结', ('单位', '件')) }}", rows=rows
        )
        assert html.count('scope="row"') == 2
        assert "34" in html
        assert show(app, CHARTS + "{{ charts." + chart + "(rows, '办结') }}", rows=[]) is not None
        assert (
            show(app, CHARTS + "{{ charts." + chart + "(rows, '办结') }}", rows=[("一", 0)])
            is not None
        )


def test_a_moment_and_a_date_are_both_shown(app):
    assert 'datetime="2026-05-01"' in show(app, UI + "{{ ui.when(day) }}", day=date(2026, 5, 1))
    assert "19:30" in show(app, UI + "{{ ui.when(at) }}", at=clock.at(date(2026, 5, 1), 19, 30))
    assert show(app, UI + "{{ ui.when(none) }}").strip() == ""


def test_an_icon_is_drawn_out_of_the_sprite(app):
    assert re.search(
        r'<use href="/static/vendor/icons\.svg\?v=[0-9a-f]{12}#bell">',
        show(app, UI + "{{ ui.icon('bell') }}"),
    )


def test_an_icon_that_the_sprite_lacks_is_a_mistake(app):
    with pytest.raises(ValueError, match="add the icon 'no-such-icon'"):
        show(app, UI + "{{ ui.icon('no-such-icon') }}")


def test_buttons_and_dragging_put_a_list_in_order():
    assert reordered(["3", "1", "2"]) == [3, 1, 2]
    assert reordered(["1", "2", "3"], "1:down") == [2, 1, 3]
    assert reordered(["1", "2", "3"], "3:up") == [1, 3, 2]
    assert reordered(["1", "2", "3"], "1:up") == [1, 2, 3]
    assert reordered(["1", "2", "3"], "3:down") == [1, 2, 3]


@pytest.mark.parametrize(
    ("order", "move"),
    [
        (["1", "1"], None),
        (["x"], None),
        (["1"], "2:up"),
        (["1"], "1:sideways"),
        (["1"], "x"),
        (["-1"], None),
    ],
)
def test_an_order_nobody_could_have_sent_is_refused(order, move):
    with pytest.raises(BadRequest):
        reordered(order, move)


def test_messages_of_the_forms_library_are_chinese(app):
    with app.test_request_context("/", method="POST"):
        form = sample(title="长" * 21, days="abc", place="9", way="z")
        form.validate()
    messages = [
        message for field in form for message in field.errors if field.type != "CSRFTokenField"
    ]
    assert messages
    assert not [m for m in map(str, messages) if re.search("[A-Za-z]{3}", m)]


def test_a_filter_takes_the_labels_of_an_enumeration(app):
    source = FORMS + "{{ forms.filter_select('role', '角色', labels, chosen, blank='全部') }}"
    html = show(app, source, labels=ROLE_LABELS, chosen=Role.STAFF)
    options = Tags(html).all("option")
    assert [o["value"] for o in options][:2] == ["", "admin"]
    assert [o["value"] for o in options if "selected" in o] == ["staff"]
    assert "社区工作者" in html
    pairs = Tags(show(app, source, labels=[(1, "一"), (2, "二")], chosen=2)).all("option")
    assert [o["value"] for o in pairs if "selected" in o] == ["2"]
