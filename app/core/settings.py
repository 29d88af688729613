"""Settings: from the environment, then `config.toml` in the data folder, then defaults.

| setting       | means                                                             |
| ---           | ---                                                               |
| LINLI_DATA    | the data folder (database, uploads, secret); default `instance/`  |
| DATABASE_URL  | `postgresql://…` or nothing for SQLite in the data folder         |
| SECRET_KEY    | signs sessions; made and kept in the data folder when absent      |
| LIMITS_URL    | where request limits are counted: `memory://` or `redis://…`      |
| HTTPS         | `true` if the site is reached by https: cookies are then `Secure` |
| PROXIES       | how many reverse proxies stand in front                           |
| IDLE_MINUTES  | signed out after so many minutes without a request (30)           |
| LINLI_DEMO    | `1`: sample community, sample passwords, weak settings allowed    |
"""

from __future__ import annotations

import os
import secrets
import time
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_SHORTEST_SECRET = 32


class WeakSettingError(RuntimeError):
    """A setting that would make the site unsafe; the message says which and what to do."""


def data_folder() -> Path:
    return Path(os.environ.get("LINLI_DATA") or ROOT / "instance").resolve()


def load(folder: Path, overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """Flask's configuration. Raises WeakSettingError outside demo mode."""
    # What is known of the residents is nobody else's on this machine.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "config.toml"
    kept: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}

    def setting(name: str, default: Any = None) -> Any:
        return os.environ.get(name, kept.get(name.lower(), kept.get(name, default)))

    demo = str(setting("LINLI_DEMO", "")).lower() in {"1", "true", "yes"}
    config: dict[str, Any] = {
        "DEMO": demo,
        "SQLALCHEMY_DATABASE_URI": database_url(setting("DATABASE_URL"), folder),
        # What a statement was to write is nobody's to read in a log or on a console.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "SECRET_KEY": setting("SECRET_KEY") or _kept_secret(folder),
        "RATELIMIT_STORAGE_URI": setting("LIMITS_URL", "memory://"),
        "RATELIMIT_ENABLED": True,
        "SESSION_COOKIE_SECURE": str(setting("HTTPS", "")).lower() in {"1", "true", "yes"},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "linli",
        "PERMANENT_SESSION_LIFETIME": timedelta(
            minutes=int(setting("IDLE_MINUTES", 480 if demo else 30))
        ),
        "PROXIES": int(setting("PROXIES", 0)),
        "FILES_FOLDER": folder / "files",
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # lives as long as the session does
        "WTF_CSRF_SSL_STRICT": False,
        "BOOTSTRAP_SERVE_LOCAL": True,
    }
    config |= overrides or {}
    _refuse_weak(config)
    return config


def database_url(url: str | None, folder: Path) -> str:
    """SQLAlchemy's URL: psycopg 3 for PostgreSQL, the data folder's file for none."""
    if not url:
        return f"sqlite:///{folder / 'linli.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(folder: Path) -> str:
    file = folder / "secret_key"
    try:
        # Several processes may start at once: only one of them creates the file.
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        for _ in range(20):
            if file.stat().st_size:
                break
            time.sleep(0.05)  # whoever created it is about to write it
    return file.read_text().strip()


def _refuse_weak(config: dict[str, Any]) -> None:
    if config["DEMO"] or config.get("TESTING"):
        return
    if len(config["SECRET_KEY"]) < _SHORTEST_SECRET:
        msg = (
            f"SECRET_KEY is shorter than {_SHORTEST_SECRET} characters."
            " Remove it and one will be made."
        )
        raise WeakSettingError(msg)
    if os.environ.get("FLASK_DEBUG", "") not in {"", "0", "false"}:
        msg = "FLASK_DEBUG shows the program's inside to visitors. Unset it."
        raise WeakSettingError(msg)
