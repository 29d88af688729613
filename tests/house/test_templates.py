"""Templates keep to the strict policy of what a page may load and run."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.cli.translations import problems
from app.core import navigation

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [
    *TEMPLATES,
    *(ROOT / "static" / "css").rglob("*.css"),
    *(ROOT / "static" / "js").rglob("*.js"),
]

WIDEST = 120

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


def test_no_line_is_wider_than_a_window():
    wide = [
        f"{file.relative_to(ROOT)}:{number}: {len(line)} columns"
        for file in TEMPLATES
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert wide == []


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


CALLS = {"link_button": 3, "submit": 2, "empty": 2, "badge": 2}  # where these macros take an icon


def words_of(node):
    """The strings an expression may come to, those it compares with left out."""
    if isinstance(node, nodes.Const):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, nodes.Compare):
        return set()
    children = (
        [node.expr1, node.expr2] if isinstance(node, nodes.CondExpr)
        else [pair.value for pair in node.items] if isinstance(node, nodes.Dict)
        else [node.node] if isinstance(node, nodes.Getitem)
        else node.args[1:] if isinstance(node, nodes.Call)
        else list(node.iter_child_nodes())
    )  # fmt: skip
    return {word for child in children if child is not None for word in words_of(child)}


def icons_in(tree):
    for call in tree.find_all(nodes.Call):
        name = getattr(call.node, "name", "") or getattr(call.node, "attr", "")
        place = 0 if name in {"icon", "draw_icon", "_with_icon"} else CALLS.get(name)
        if place is not None:
            yield from words_of(nodes.List(call.args[place : place + 1]))
        yield from words_of(nodes.List([word.value for word in call.kwargs if word.key == "icon"]))
    for macro in tree.find_all(nodes.Macro):
        named = zip(reversed(macro.args), reversed(macro.defaults), strict=False)
        yield from words_of(nodes.List([given for to, given in named if to.name == "icon"]))
    for set_to in tree.find_all(nodes.Assign):
        if getattr(set_to.target, "name", "") == "icons":
            yield from words_of(set_to.node)


def test_the_sprite_holds_the_icons_that_are_named_and_no_other():
    """If it fails, add the name to static/icons.txt, or take out the one that nothing uses."""
    environment = Environment()
    trees = [environment.parse(file.read_text("utf-8")) for file in TEMPLATES]
    named = {icon for tree in trees for icon in icons_in(tree)} - {"", "-fill"}
    groups = [*navigation.STAFF, *navigation._TABS, *navigation._MORE]
    named |= {entry.icon for _label, entries in groups for entry in entries}
    named |= {f"{entry.icon}-fill" for entry in navigation.RESIDENT}
    listed = (ROOT / "static" / "icons.txt").read_text("utf-8").split()
    assert sorted(named) == listed


def test_every_class_of_a_sheet_is_used():
    """The rest of a class that is put together, as in tag-{{ tone }}, may be any word there is."""
    sheets = "".join(file.read_text("utf-8") for file in OURS if file.suffix == ".css")
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}|url\([^)]*\)", " ", sheets, flags=re.DOTALL)
    named = set(re.findall(r"\.([a-z][\w-]*)", rules)) - {"htmx-request"}
    code = [*TEMPLATES, *(ROOT / "app").rglob("*.py"), *(ROOT / "static" / "js").rglob("*.js")]
    text = "\n".join(file.read_text("utf-8") for file in code)
    words = set(re.findall(r"[\w-]+", text))
    begun = set(re.findall(r"""[\w-]+-(?=\{\{|["'] ~|["'] if)""", text))
    unused = {
        name
        for name in named - words
        if not any(name.startswith(start) and name.removeprefix(start) in words for start in begun)
    }
    assert unused == set()
