"""Templates keep to the strict policy of what a page may load and run."""

import re
from pathlib import Path

import pytest

from app.cli.translations import problems

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [
    *TEMPLATES,
    *(ROOT / "static" / "css").rglob("*.css"),
    *(ROOT / "static" / "js").rglob("*.js"),
]

FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "an inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son(?!ly)[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "unescaped output": re.compile(r"\|\s*safe\b"),
    "an evaluated htmx attribute": re.compile(r"hx-on|hx-vals\s*=\s*[\"']js:", re.IGNORECASE),
}
EXTERNAL = re.compile(
    r"(?:src|href|url|action|@import)\s*[=(:]?\s*[\"'(]?\s*(?:https?:)?//(?!www\.w3\.org)",
    re.IGNORECASE,
)


def test_templates_hold_nothing_the_policy_refuses():
    found = [
        f"{file.relative_to(ROOT)}: {what}: {match.group(0)[:60]}"
        for file in TEMPLATES
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(file.read_text("utf-8"))
    ]
    assert found == []


def test_nothing_we_serve_names_an_external_address():
    found = [
        f"{file.relative_to(ROOT)}: {match.group(0)}"
        for file in OURS
        for match in EXTERNAL.finditer(file.read_text("utf-8"))
    ]
    assert found == []


def test_every_imported_macro_is_used():
    unused = []
    for file in TEMPLATES:
        text = file.read_text("utf-8")
        for match in re.finditer(
            r"{%-?\s*from\s+\S+\s+import\s+(.+?)\s*(?:with context)?\s*-?%}", text
        ):
            for name in match.group(1).split(","):
                used = name.split(" as ")[-1].strip()
                if len(re.findall(rf"\b{used}\b", text.replace(match.group(0), ""))) == 0:
                    unused.append(f"{file.relative_to(ROOT)}: {used}")
        # What it includes may use its imports as well.
        included = re.findall(r"{%-?\s*include\s+\"([^\"]+)\"", text)
        whole = text + "".join((ROOT / "templates" / one).read_text("utf-8") for one in included)
        unused += [
            f"{file.relative_to(ROOT)}: {name}"
            for name in re.findall(r"{%-?\s*import\s+\S+\s+as\s+(\w+)", text)
            if not re.search(rf"\b{name}\.\w", whole)
        ]
    assert unused == []


def test_every_post_form_carries_the_token():
    bare = []
    for file in TEMPLATES:
        text = file.read_text("utf-8")
        for match in re.finditer(
            r"<form\b[^>]*method=[\"']post[\"'][^>]*>(.*?)</form>", text, re.IGNORECASE | re.DOTALL
        ):
            if not re.search(r"csrf|hidden_tag", match.group(1)):
                bare += [f"{file.relative_to(ROOT)}: {match.group(0)[:80]}"]
    assert bare == []


# A browser ends a paragraph where a form or a list begins: what was to stand in it stands behind it.
BLOCK = re.compile(r"<(?:form|ul|ol|div)\b|forms\.post_button\(")
PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)


def test_no_form_stands_in_a_paragraph():
    found = [
        f"{file.relative_to(ROOT)}: {match.group(0)[:80]}"
        for file in TEMPLATES
        for match in PARAGRAPH.finditer(file.read_text("utf-8"))
        if BLOCK.search(match.group(1))
    ]
    assert found == []


@pytest.mark.usefixtures("app")
def test_the_chinese_catalogue_is_complete():
    assert list(problems()) == []
