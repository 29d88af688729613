"""Whether `flask prepare` would find nothing to do, which takes seconds to find out by asking it.

A stamp in the data folder says with what program and settings it was prepared last, and the
database itself is asked which migration it is at, what its calendar holds, whether there are
accounts, and whether a day with postings is over and has no seal. Whenever anything is in doubt,
it is prepared again.
"""

import hashlib
import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from launcher.setup import ROOT, VENV_PYTHON

SETTINGS = (
    "DATABASE_URL", "FLASK_DEBUG", "HTTPS", "IDLE_MINUTES", "LINLI_DEMO", "PROXIES",
    "SECRET_KEY",
)  # fmt: skip
CHINA = 8 * 3600  # seconds ahead of UTC; the holidays of a year are added when it begins
# Nothing while there are no accounts, or a day to be sealed. app/cli/database_state.py has the same
# for PostgreSQL.
_STATE = """
    SELECT version_num, (SELECT count(*) FROM calendar_day), (SELECT max(day) FROM calendar_day)
    FROM alembic_version
    WHERE EXISTS (SELECT 1 FROM user_account) AND NOT EXISTS (
        SELECT 1 FROM ledger_transaction
        WHERE day < ? AND day > coalesce((SELECT max(day) FROM seal), '')
    )
"""
_POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")


def is_prepared(data: Path, environment: "dict[str, str]") -> bool:
    try:
        stamp = json.loads(stamp_of(data).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp == present(data, environment))


def remember(data: Path, environment: "dict[str, str]") -> None:
    """Write the stamp after preparing. Without accounts there is none: a code has to be shown."""
    stamp = present(data, environment)
    if stamp is not None:
        stamp_of(data).write_text(json.dumps(stamp) + "\n", "utf-8")


def stamp_of(data: Path) -> Path:
    return data / "prepared.stamp"


def present(data: Path, environment: "dict[str, str]") -> "dict[str, str] | None":
    """What the stamp would have to say now; None if it can't be known without preparing."""
    try:
        url = database_url(data, environment)
    except ValueError:
        return None
    state = state_of(data / "linli.db") if not url else state_elsewhere(url, environment)
    if state is None:
        return None
    return {"database": state, "program": circumstances(data, environment)}


def database_url(data: Path, environment: "dict[str, str]") -> str:
    """What the program will take for DATABASE_URL. ValueError if the settings can't be read."""
    import tomllib  # noqa: PLC0415 - an old Python that is only told so has none

    kept = data / "config.toml"
    settings = tomllib.loads(kept.read_text("utf-8")) if kept.exists() else {}
    found = settings.get("database_url", settings.get("DATABASE_URL", ""))
    return str(environment.get("DATABASE_URL", found) or "")


def circumstances(data: Path, environment: "dict[str, str]") -> str:
    """A digest of all that decides what preparing does, but for the database."""
    kept = data / "config.toml"
    digest = hashlib.sha256(kept.read_bytes() if kept.exists() else b"")
    given = [(name, environment[name]) for name in SETTINGS if name in environment]
    digest.update(repr((given, time.gmtime(time.time() + CHINA).tm_year)).encode("utf-8"))
    for folder, pattern in (("app", "**/*.py"), ("migrations", "**/*.py"), ("", "*.txt")):
        for file in sorted((ROOT / folder).glob(pattern)):
            digest.update(str(file.relative_to(ROOT)).encode("utf-8"))
            digest.update(file.read_bytes())
    return digest.hexdigest()


def china_today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + CHINA))


def state_of(file: Path) -> "str | None":
    """The migration and the calendar of the database in a file; None if it is not there, damaged,
    has no accounts, or has a day to be sealed."""
    if not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(str(file), timeout=1)) as connection:
            found = connection.execute(_STATE, (china_today(),)).fetchall()
    except sqlite3.Error:
        return None
    return str(found) if found else None


def state_elsewhere(url: str, environment: "dict[str, str]") -> "str | None":
    """The same of a database on PostgreSQL, asked by a process that has its driver."""
    if not url.startswith(_POSTGRESQL):
        return None
    # In the environment, because everybody on the machine may read a command line.
    environment = dict(environment, DATABASE_URL="postgresql" + url[url.index(":") :])
    result = subprocess.run(
        [str(VENV_PYTHON), "-P", str(ROOT / "app" / "cli" / "database_state.py"), china_today()],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return result.stdout.decode("ascii", "replace").strip() or None
