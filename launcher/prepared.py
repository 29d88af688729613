"""Whether `flask prepare` would find nothing to do, which takes two seconds to find out by asking.

A stamp in the data folder says with what program and settings it was prepared last, and the
database itself is asked which migration it is at, whether there are accounts, and whether a day
with postings is over and has no seal. Whenever anything is in doubt, it is prepared again.
"""

import hashlib
import json
import sqlite3
import time
from pathlib import Path

from launcher.setup import ROOT

SETTINGS = (
    "DATABASE_URL", "FLASK_DEBUG", "HTTPS", "IDLE_MINUTES", "LINLI_DEMO", "PROXIES",
    "SECRET_KEY",
)  # fmt: skip
CHINA = 8 * 3600  # seconds ahead of UTC; the holidays of a year are added when it begins
_UNSEALED = """
    SELECT 1 FROM ledger_transaction
    WHERE day < ? AND day > coalesce((SELECT max(day) FROM seal), '') LIMIT 1
"""


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
    revision, program = revision_of(data / "linli.db"), circumstances(data, environment)
    if revision is None or program is None:
        return None
    return {"revision": revision, "program": program}


def circumstances(data: Path, environment: "dict[str, str]") -> "str | None":
    """A digest of all that decides what preparing does, but for the database; None if that may be
    another one than the file in the folder."""
    kept = data / "config.toml"
    settings = kept.read_bytes() if kept.exists() else b""
    if environment.get("DATABASE_URL") or b"database_url" in settings.lower():
        return None
    digest = hashlib.sha256(settings)
    given = [(name, environment[name]) for name in SETTINGS if name in environment]
    digest.update(repr((given, time.gmtime(time.time() + CHINA).tm_year)).encode("utf-8"))
    for folder, pattern in (("app", "**/*.py"), ("migrations", "**/*.py"), ("", "*.txt")):
        for file in sorted((ROOT / folder).glob(pattern)):
            digest.update(str(file.relative_to(ROOT)).encode("utf-8"))
            digest.update(file.read_bytes())
    return digest.hexdigest()


def china_today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + CHINA))


def revision_of(file: Path) -> "str | None":
    """The migration a database is at; None if it is not there, damaged, has no accounts, or has
    a day to be sealed."""
    if not file.is_file():
        return None
    try:
        connection = sqlite3.connect(str(file), timeout=1)
        try:
            if connection.execute("SELECT 1 FROM user_account LIMIT 1").fetchone() is None:
                return None
            if connection.execute(_UNSEALED, (china_today(),)).fetchone() is not None:
                return None
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchall())
        finally:
            connection.close()
    except sqlite3.Error:
        return None
