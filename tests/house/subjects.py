"""What in a test may go otherwise on the other engine.

It is looked for in the test's source, in the helpers and fixtures it uses, and in theirs.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

NAMES = {
    "SQL": r"sqlalchemy\.(text|event\..+)|.*\.exec_driver_sql|.*\.dialect",
    "constraints": r"sqlalchemy\.exc\.\w+Error",
    "locks": r"(threading|multiprocessing|concurrent\.futures)\..+|subprocess\.Popen"
    r"|.*\.with_for_update|app\.core\.db\.hold",
    "sequences": r"app\.core\.upkeep\.continue_numbering",
    "search": r"app\..+\.(search_\w+|similar_topics|people_named)",
}
TEXTS = {
    "SQL": r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA)\b.*\b(FROM|INTO|SET|TABLE|ON)\b",
    "triggers": r"\bTRIGGER\b",
    "search": r"[?&]q=|^q$",
}


class Source:
    """A file of tests: what it defines, and where its names come from."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        tree = ast.parse(text)
        self.imported: dict[str, str] = {}
        self.defined: dict[str, ast.stmt] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                self.imported |= {
                    each.asname or each.name: module + each.name for each in node.names
                }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.defined[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.defined[node.targets[0].id] = node

    def called(self, node: ast.expr) -> str:
        """What `sa.text` is called where it comes from: sqlalchemy.text."""
        if isinstance(node, ast.Attribute):
            return f"{self.called(node.value)}.{node.attr}"
        return self.imported.get(node.id, node.id) if isinstance(node, ast.Name) else ""


class Use(NamedTuple):
    source: Source
    name: str


@cache
def source_of(path: Path) -> Source:
    return Source(path, path.read_text("utf-8"))


def decorators(node: ast.stmt) -> str:
    return " ".join(ast.unparse(mark) for mark in getattr(node, "decorator_list", ()))


@cache
def _signs(use: Use) -> frozenset[str]:
    """What a definition itself touches."""
    return frozenset(_found(use))


def _found(use: Use) -> Iterator[str]:
    node = use.source.defined[use.name]
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute | ast.Name):
            called = use.source.called(part)
            yield from (what for what, names in NAMES.items() if re.fullmatch(names, called))
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            text = part.value
            yield from (what for what, said in TEXTS.items() if re.search(said, text, re.DOTALL))
        elif isinstance(part, ast.arg) and part.arg == "engine":
            yield "the engine"


@cache
def _uses(use: Use) -> frozenset[Use]:
    """What a definition uses of the tests: helpers of its file and of others, and fixtures."""
    return frozenset(_used(use))


def _used(use: Use) -> Iterator[Use]:
    node = use.source.defined[use.name]
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute):
            yield from _from_afar(use.source.called(part))
    for name in names:
        if name in use.source.defined:
            yield Use(use.source, name)
        yield from _from_afar(use.source.imported.get(name, ""))
    yield from (found for name in _asked_for(node) for found in _fixture(use.source, name))


def _from_afar(called: str) -> Iterator[Use]:
    """`tests.resolutions.given.accepted`, and what else a name of another file stands for."""
    module, _dot, name = called.rpartition(".")
    path = ROOT / f"{module.replace('.', '/')}.py"
    if module.startswith("tests.") and path.exists() and name in source_of(path).defined:
        yield Use(source_of(path), name)


def _asked_for(node: ast.stmt) -> set[str]:
    """The fixtures that a test or a fixture asks for."""
    if not isinstance(node, ast.FunctionDef):
        return set()
    asked = {each.arg for each in node.args.args + node.args.kwonlyargs}
    return asked | set(re.findall(r"usefixtures\('(\w+)'\)", decorators(node)))


def _fixture(source: Source, name: str) -> Iterator[Use]:
    """The nearest one of this name, from the file itself up to the conftest of all tests."""
    for each in [source, *map(source_of, _conftests(source))]:
        if name in each.defined:
            yield Use(each, name)
            return
        found = list(_from_afar(each.imported.get(name, "")))
        if found:
            yield from found
            return


def _all_uses(test: Use) -> set[Use]:
    found, waiting = set(), {test, *_by_themselves(test.source)}
    while waiting:
        found.add(use := waiting.pop())
        waiting |= _uses(use) - found
    return found


@cache
def _by_themselves(source: Source) -> frozenset[Use]:
    """The fixtures that each test of a file gets without asking."""
    sources = [source, *map(source_of, _conftests(source))]
    return frozenset(
        Use(each, name)
        for each in sources
        for name, node in each.defined.items()
        if "autouse=True" in decorators(node)
    )


def _conftests(source: Source) -> list[Path]:
    """Those that the tests of a file share, the nearest first."""
    folders = [folder for folder in source.path.parents if folder.is_relative_to(ROOT / "tests")]
    return [path for folder in folders if (path := folder / "conftest.py").exists()]


def subjects(test: Use) -> set[str]:
    """What in a test may go otherwise on the other engine; nothing if it needs no database."""
    uses = _all_uses(test)
    of_all = ROOT / "tests" / "conftest.py"
    if not any(use.source.path == of_all and use.name == "engine" for use in uses):
        return set()
    # What lies beside the conftest of all tests makes either engine ready for them.
    return {sign for use in uses if use.source.path.parent != of_all.parent for sign in _signs(use)}
