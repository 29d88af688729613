"""Which tests run, on which engine and with how many examples: for a push, or all of them."""

from __future__ import annotations

import gc
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from launcher.assets import install_assets
from launcher.machine import browser_path
from tests import postgres
from tests.scheduling import OneSamplePerEngine

ENGINES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is, not whether the program is right.
FULL = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("all", FULL)
settings.register_profile("push", FULL, max_examples=25)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all",
        action="store_true",
        help="everything: each test on both engines, all examples, all dates of the sample",
    )
    parser.addoption(
        "--engine",
        choices=[*ENGINES, "both"],
        help="which database to test on; without it, SQLite, and both where the subject is SQL,"
        " locks, constraints, triggers, sequences or search",
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("all" if config.getoption("--all") else "push")
    # A run without manage.py, too, sees the style sheets and icons as they are now.
    if not hasattr(config, "workerinput"):
        install_assets("")


def pytest_collection_finish() -> None:
    """Exempt what was imported from garbage collection, which took a sixth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _engines(metafunc: pytest.Metafunc) -> list[str]:
    config = metafunc.config
    wanted = config.getoption("--engine") or ("both" if config.getoption("--all") else None)
    if wanted is None:
        on_both = metafunc.definition.get_closest_marker("both_engines")
        wanted = "both" if on_both else "sqlite"
    chosen = [engine for engine in ENGINES if wanted in {engine, "both"}]
    if "postgresql" in chosen and not _postgres_here():
        if os.environ.get("CI") == "true":
            pytest.exit("CI needs PostgreSQL's server binaries or TEST_DATABASE_URL", returncode=1)
        chosen.remove("postgresql")
    return chosen


def _postgres_here() -> bool:
    return bool(os.environ.get("TEST_DATABASE_URL") or postgres.binaries())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", _engines(metafunc), scope="session", indirect=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneSamplePerEngine:
    return OneSamplePerEngine(config, log)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("--engine") in {None, "both"} and not _postgres_here():
        terminalreporter.write_line(
            "PostgreSQL is not installed here: its half of the tests was skipped."
        )
    if not browser_path():
        terminalreporter.write_line(
            "Chromium is not installed here: the tests in a browser were skipped."
        )
