"""The code of a screen is in the package its address names, and packages show one door."""

import ast
import re
from pathlib import Path

from tests.house.test_layers import APP, FLOOR_OF, ROOT

ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
EXCEPTION = re.compile(r"^\| `(/[a-z.-]*)` \| (\w+) \|", re.MULTILINE)
LARGEST = 5000  # lines of a package
LARGER = {"meetings"}  # its new rooms come with addresses of their own


def routes(app):
    """(address, package) of every route but the static files."""
    return [
        (rule.rule, app.view_functions[rule.endpoint].__module__.split(".")[1])
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]


def elsewhere(app):
    """The first segments whose routes are in a package of another name, and that package."""
    return {
        (f"/{address.split('/')[1]}", package)
        for address, package in routes(app)
        if address.split("/")[1] != package
    }


def test_the_exceptions_are_those_of_the_table(app):
    assert elsewhere(app) == set(EXCEPTION.findall(ARCHITECTURE))


def test_most_routes_are_in_the_package_of_their_first_segment(app):
    found = routes(app)
    at_home = [address for address, package in found if address.split("/")[1] == package]
    assert len(at_home) >= 0.95 * len(found)


def test_no_package_has_more_than_one_job():
    lines = {
        package: sum(
            len(file.read_text("utf-8").splitlines()) for file in (APP / package).rglob("*.py")
        )
        for package in FLOOR_OF
    }
    assert {package for package, count in lines.items() if count > LARGEST} <= LARGER


def test_there_are_no_hubs():
    """A package's `__init__` passes no names on; views register routes."""
    hubs = [
        str(file.relative_to(ROOT))
        for file in APP.rglob("__init__.py")
        if file.parent.name in {"models", "queries", "services"} and file.read_text("utf-8").strip()
    ]
    assert hubs == []


def _asked() -> set[str]:
    """The names under which templates and modules ask the floors above."""
    in_python = re.compile(r'\banswers\(\s*"([a-z_.]+)"')
    in_templates = re.compile(r'\bslot\(\s*["\']([a-z_.]+)["\']')
    return _found(APP, "*.py", in_python) | _found(ROOT / "templates", "*.html", in_templates)


def _found(folder: Path, pattern: str, names: re.Pattern[str]) -> set[str]:
    return {
        name for file in folder.rglob(pattern) for name in names.findall(file.read_text("utf-8"))
    }


def _filled() -> dict[str, set[str]]:
    """The packages that answer, by the name they answer under."""
    filled: dict[str, set[str]] = {}
    for file in APP.rglob("*.py"):
        package = file.relative_to(APP).parts[0]
        for name in re.findall(r'^@fills\("([a-z_.]+)"\)', file.read_text("utf-8"), re.MULTILINE):
            filled.setdefault(name, set()).add(package)
    return filled


def test_what_is_asked_is_answered_and_in_the_table():
    filled = _filled()
    assert _asked() == set(filled)
    table = ARCHITECTURE.partition("### What a lower floor asks")[2].partition("**Tasks lie")[0]
    assert [name for name in filled if name.rpartition(".")[2] not in table] == []


def test_answers_come_from_above():
    """The first part of a name is the package that asks, or the lowest of those that do."""
    upside_down = [
        (name, package)
        for name, packages in _filled().items()
        for package in packages
        if FLOOR_OF[package] <= FLOOR_OF[name.split(".")[0]]
    ]
    assert upside_down == []


def test_every_name_of_an_interface_has_its_line():
    """`"name",  # what it is` in `__all__`, one a line."""
    bare = []
    for file in APP.glob("*/interface.py"):
        text = file.read_text("utf-8")
        listed = next(
            node
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        )
        lines = text.splitlines()[listed.lineno : listed.end_lineno - 1]
        bare += [line for line in lines if not re.fullmatch(r'    "\w+",  # \S.*', line)]
    assert bare == []
