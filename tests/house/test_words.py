"""All that a page says is translated: no words in templates but in `_()` and its like."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import nodes

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"

WORDS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
# Of what stands in quotes in the template's own language, what only a reader can be meant by.
PHRASE = re.compile(r"^[A-Z][a-z]|[A-Za-z] [A-Za-z]|[\u3400-\u9fff]")
TRANSLATING = {"_", "gettext", "ngettext", "pgettext"}
SPOKEN = {"title", "aria-label", "aria-description", "placeholder", "alt"}
CLASSES = {"page_class", "paper_class"}  # blocks that stand inside a class attribute

ARTICLE = {"第", "条"}  # how a convention's articles are headed in any language
ALLOWED = {
    "_ui/forms.html": {"ListWidget", "TableWidget", "Select", "TextArea", "MultipleFileField"},
    "_ui/page.html": {'class="stat', 'href="'},  # of a tag that is a link or none
    "conventions/_draft.html": ARTICLE,
    "conventions/_text.html": ARTICLE,
    "conventions/compare.html": ARTICLE,
    "layouts/_parts.html": {"中文", "English"},  # the switch calls each language by its own name
    "layouts/base.html": {"screen and (prefers-color-scheme: dark)"},
    "topics/_fields.html": {"input changed delay:500ms"},
    "print/convention.html": ARTICLE,
    "counter/_people.html": {"counter person"},  # the name of what is kept
}


class _Reader(HTMLParser):
    """Collects what people read or hear of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data):
        self.said.append(data)


def untranslated(app: Flask, source: str) -> set[str]:
    tree = app.jinja_env.parse(source)
    for block in tree.find_all(nodes.Block):
        if block.name in CLASSES:
            block.body = []
    reader = _Reader()
    for data in tree.find_all(nodes.TemplateData):
        reader.feed(data.data)
    reader.close()
    translated = {
        id(text)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING
        for text in call.find_all(nodes.Const)
    }
    phrases = {
        text.value
        for text in tree.find_all(nodes.Const)
        if isinstance(text.value, str) and id(text) not in translated and PHRASE.search(text.value)
    }
    return phrases | {text.strip() for text in reader.said if WORDS.search(text)}


def test_templates_say_nothing_that_is_not_translated(app):
    found = {
        name: said
        for file in sorted(TEMPLATES.rglob("*.html"))
        if (said := untranslated(app, file.read_text("utf-8")))
        and (name := file.relative_to(TEMPLATES).as_posix())
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello</p>",
        "<p>你好 {{ name }}</p>",
        "<p>{% if open %}open now{% endif %}</p>",
        '<a title="Go">{{ _("Go") }}</a>',
        '<input placeholder="{{ x }} 姓名">',
        '{{ ui.badge("Done") }}',
        '{{ ui.badge("已办结") }}',
        "<img alt='a photo'>",
    ],
)
def test_what_is_not_translated_is_found(app, source):
    assert untranslated(app, source)


@pytest.mark.parametrize(
    "source",
    [
        '<p class="lead">{{ _("Hello") }}</p>',
        '<a href="/topics" title="{{ _("Go there") }}">{{ ngettext("%(num)s topic", "%(num)s topics", n) }}</a>',
        "<p>{{ row.name }} · {# a comment #} — {{ pgettext('unit', 'points') }}</p>",
    ],
)
def test_what_is_translated_is_not_found(app, source):
    assert untranslated(app, source) == set()
