"""The sample communities that pages are measured on, made once and kept.

A large one takes minutes to make, so it stays under `instance/bench` with a stamp of what it was
made by: a changed loader, schema or scene makes it anew, and so does a new month, because the
sample's days are counted from the day on which it was made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benchmarks.engines import Engine
from benchmarks.serving import ROOT

SOURCES = ("app/demo/**/*.py", "app/demo/*.csv", "migrations/versions/*.py", "benchmarks/scene.py")


@dataclass(frozen=True)
class Sample:
    """A sample at one scale on one engine. `environment` makes the application use it."""

    engine: str
    scale: str
    environment: dict[str, str]
    facts: dict[str, int]


def sample(engine: Engine, scale: str, folder: Path, say: Callable[[str], None]) -> Sample:
    """The sample, made now unless it is there."""
    data = folder / f"{engine.name}-{scale}"
    environment = {
        "LINLI_DATA": str(data),
        "LINLI_DEMO": "1",
        "DATABASE_URL": engine.url(scale),
        "FLASK_DEBUG": "0",
    }
    kept = data / "stamp.json"
    made = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if made.get("stamp") != _stamp() or not engine.has(scale):
        data.mkdir(parents=True, exist_ok=True)
        kept.unlink(missing_ok=True)
        say(f"Making the sample {scale} on {engine.version}; it is kept for the next time.")
        begun = time.monotonic()
        engine.make(scale)
        _flask(environment, "prepare")
        _flask(environment, "demo", "load", "--scale", scale)
        facts = json.loads(_python(environment, "benchmarks.scene"))
        say(f"  made in {time.monotonic() - begun:.0f} s")
        kept.write_text(json.dumps({"stamp": _stamp(), "facts": facts}), "utf-8")
        made = {"facts": facts}
    return Sample(engine.name, scale, environment, made["facts"])


@contextmanager
def copied(engine: Engine, sample: Sample) -> Iterator[Sample]:
    """The sample again, to be changed at will: it is gone at the end."""
    name = "copy"
    data = Path(sample.environment["LINLI_DATA"]).with_name(f"{engine.name}-{name}")
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(sample.environment["LINLI_DATA"], data)
    engine.copy(sample.scale, name)
    changed = {"LINLI_DATA": str(data), "DATABASE_URL": engine.url(name)}
    try:
        yield replace(sample, environment={**sample.environment, **changed})
    finally:
        engine.make(name)
        shutil.rmtree(data, ignore_errors=True)


def _stamp() -> str:
    digest = hashlib.sha256(date.today().isoformat()[:7].encode())  # noqa: DTZ011 - of this machine
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _flask(environment: dict[str, str], *arguments: str) -> None:
    _python(environment, "flask", "--app", "wsgi", *arguments)


def _python(environment: dict[str, str], module: str, *arguments: str) -> str:
    """Run a module of ours; returns what it printed."""
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)}\n{result.stdout}{result.stderr}")
    return result.stdout
