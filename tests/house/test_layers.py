"""Who may import what, who may commit, which way foreign keys point."""

import ast
import re
from pathlib import Path

import pytest
from importlinter import api, cli  # noqa: F401 - makes a missing linter an error here, not a skip
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from app.core.db import db

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"

FLOORS = [
    {"core"},
    {"audit"},
    {"places", "ledger"},
    {"people"},
    {"accounts"},
    {"rosters"},
    {"inbox"},
    {"notices"},
    {"points"},
    {"platforms", "rewards"},
    {"topics", "counter"},
    {"meetings"},
    {"conventions", "resolutions"},
    {"tasks"},
    {"home", "board", "chain"},
    {"cli", "demo"},
]
FLOOR_OF = {package: number for number, floor in enumerate(FLOORS) for package in floor}


def test_import_contracts_are_kept(monkeypatch):
    monkeypatch.chdir(ROOT)
    # It would turn off the loggers of all that is loaded, for the rest of this process.
    monkeypatch.setattr(cli.logging_config, "dictConfig", lambda _settings: None)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == EXIT_STATUS_SUCCESS


def test_every_package_has_its_floor():
    packages = {path.parent.name for path in APP.glob("*/__init__.py")}
    assert packages <= set(FLOOR_OF)


@pytest.mark.usefixtures("app")
def test_foreign_keys_point_down_or_stay_at_home():
    package_of = {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]
        for mapper in db.Model.registry.mappers
    }
    upward = [
        f"{table.name}.{key.parent.name} -> {key.column.table.name}"
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if package_of[table.name] != package_of[key.column.table.name]
        and FLOOR_OF[package_of[table.name]] <= FLOOR_OF[package_of[key.column.table.name]]
    ]
    assert upward == []


def _sources() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def _layer(path: Path) -> str:
    """`views` for app/people/views/session.py and for app/people/views.py alike."""
    inside = path.relative_to(APP).with_suffix("").parts[1:]
    known = {"views", "services", "queries", "policy", "models", "states", "forms", "commands"}
    return next((part for part in inside if part in known), inside[-1] if inside else "")


def _calls(path: Path, attribute: str) -> list[int]:
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == attribute
    ]


def test_only_views_and_the_command_line_commit():
    outside = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _sources()
        if _layer(path) not in {"views", "commands"}
        and path.relative_to(APP).parts[0] not in {"cli", "demo"}
        for line in _calls(path, "commit")
    ]
    assert outside == []


def test_time_is_asked_of_the_clock():
    outside = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in _sources()
        if path != APP / "core" / "clock.py"
        for line in _askings(path.read_text("utf-8"))
    }
    assert outside == set()


ASKING = re.compile(
    r"datetime\.(datetime|date)\.(now|today|utcnow)|time\.(?!sleep$)\w+"
    r"|sqlalchemy\.func\.(now|current_\w+)"
)


def _askings(source: str) -> set[int]:
    """The lines that ask anything but the clock for the time, by any name they import it as."""
    tree = ast.parse(source)
    imported = _imported(tree)
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and ASKING.fullmatch(_named(node, imported))
    }


def _imported(tree: ast.AST) -> dict[str, str]:
    """What each name that a file imports is called where it comes from."""
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            imported |= {each.asname or each.name: module + each.name for each in node.names}
    return imported


def _named(node: ast.expr, imported: dict[str, str]) -> str:
    """What `dt.now` is called where it comes from: datetime.datetime.now."""
    if isinstance(node, ast.Attribute):
        return f"{_named(node.value, imported)}.{node.attr}"
    return imported.get(node.id, "") if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as moment\nmoment.now(UTC)",
        "from datetime import date as day\nmake = day.today",
        "import datetime\ndatetime.datetime.utcnow()",
        "import datetime as dt\ndt.date.today()",
        "import time\ntime.time()",
        "import time as t\nt.monotonic()",
        "from time import time\ntime()",
        "from time import localtime as here\nhere()",
        "from sqlalchemy import func\nfunc.now()",
    ],
)
def test_asking_the_time_is_found_by_any_name(source):
    assert _askings(source)


def test_naming_a_type_or_waiting_is_not_asking_the_time():
    source = "import time\nfrom datetime import datetime\ntime.sleep(1)\ndatetime(2026, 1, 1)"
    assert _askings(source) == set()


@pytest.mark.parametrize("longest", [400])
def test_no_layer_outgrows_its_file(longest):
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in _sources()
        if (lines := len(path.read_text("utf-8").splitlines())) > longest
    }
    assert too_long == {}


def test_only_the_factory_imports_views():
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and ".views" in node.module
        and not str(path.relative_to(APP)).startswith(
            node.module.removeprefix("app.").split(".")[0]
        )
    ]
    assert named == []


def test_only_render_and_slots_make_html():
    """Views answer through `render`, so that none of them forgets what htmx asked for."""
    outside = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _sources()
        if path != APP / "core" / "htmx.py"
        for line in _renders(path.read_text("utf-8"))
    ]
    assert outside == []


RENDERING = re.compile(r"flask\.(templating\.)?(render|stream)_template(_string)?")


def _renders(source: str) -> list[int]:
    """The lines that render a template outside of what fills a slot."""
    tree = ast.parse(source)
    imported = _imported(tree)
    filling = {
        id(node)
        for part in ast.walk(tree)
        if isinstance(part, ast.FunctionDef)
        and any(ast.unparse(mark).startswith("fills(") for mark in part.decorator_list)
        for node in ast.walk(part)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and id(node) not in filling
        and RENDERING.fullmatch(_named(node, imported))
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from flask import render_template\ndef page(): return render_template('x')", [2]),
        ("from flask import render_template as r\ndef page(): return r('x')", [2]),
        ("import flask\nflask.render_template_string('x')", [2]),
        ("from flask import render_template as r\n@fills('x')\ndef part(): return r('x')", []),
    ],
)
def test_rendering_is_found_by_any_name(source, found):
    assert _renders(source) == found
