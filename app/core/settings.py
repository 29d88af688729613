"""Settings: from the environment, then `config.toml` in the data folder, then defaults.

| setting       | means                                                             |
| ---           | ---                                                               |
| LINLI_DATA    | the data folder (database, uploads, secret); default `instance/`  |
| DATABASE_URL  | `postgresql://…` or nothing for SQLite in the data folder         |
| SECRET_KEY    | signs sessions; made and kept in the data folder when absent      |
| HTTPS         | `true` if the site is reached by https: cookies are then `Secure` |
| PROXIES       | how many reverse proxies stand in front                           |
| IDLE_MINUTES  | signed out after so many minutes without a request (30), or up to |
|               | a tenth of them sooner                                            |
| PUBLIC_URL    | `https://linli.example`: what printed slips and QR codes lead to  |
| LINLI_DEMO    | `1`: sample community, sample passwords, weak settings allowed    |
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from click import ClickException
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.core.files import LARGEST_TOGETHER, MB

ROOT = Path(__file__).parent.parent.parent
_SHORTEST_SECRET = 32
_FEWEST_CHARACTERS = 12  # different ones; a key typed by rote repeats a few
_LARGEST_NUMBER = 100_000


class SettingError(ClickException):
    """A setting that is wrong or would make the site unsafe: which one, and what to do.

    It arises before there are catalogues, hence both languages here. The command line shows a
    ClickException without a traceback.
    """

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(f"{english}\n{chinese}")


def data_folder() -> Path:
    return Path(os.environ.get("LINLI_DATA") or ROOT / "instance").resolve()


def load(folder: Path, overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """Flask's configuration. Raises SettingError."""
    try:
        config = _configuration(folder)
    except OSError as error:
        what = f"{error.filename}: {error.strerror}"
        raise SettingError(
            f"The data folder can't be used: {what}", f"数据目录无法使用：{what}"
        ) from error
    config |= overrides or {}
    _refuse_weak(config)
    return config


def _configuration(folder: Path) -> dict[str, Any]:
    # Residents' data: no other account of this machine may read them.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = _kept_settings(folder / "config.toml")

    def setting(name: str, default: Any = None) -> Any:
        return os.environ.get(name, kept.get(name.lower(), kept.get(name, default)))

    demo = str(setting("LINLI_DEMO", "")).lower() in {"1", "true", "yes"}
    return {
        "DEMO": demo,
        "SQLALCHEMY_DATABASE_URI": database_url(setting("DATABASE_URL"), folder),
        # The values of a statement that failed must not show in a log or on a console.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "SECRET_KEY": str(setting("SECRET_KEY") or _kept_secret(folder)),
        "RATELIMIT_ENABLED": True,
        "SESSION_COOKIE_SECURE": str(setting("HTTPS", "")).lower() in {"1", "true", "yes"},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "linli",
        "PERMANENT_SESSION_LIFETIME": timedelta(
            minutes=_number("IDLE_MINUTES", setting("IDLE_MINUTES", 480 if demo else 30), least=1)
        ),
        "PROXIES": _number("PROXIES", setting("PROXIES", 0), least=0),
        "PUBLIC_URL": _site(str(setting("PUBLIC_URL", ""))),
        "FILES_FOLDER": folder / "files",
        "MAX_CONTENT_LENGTH": LARGEST_TOGETHER + 4 * MB,  # files, and what was typed beside them
        "MAX_FORM_MEMORY_SIZE": 2 * MB,
        "MAX_FORM_PARTS": 5000,  # fields of a form
        "WTF_CSRF_TIME_LIMIT": None,  # lives as long as the session does
        "WTF_CSRF_SSL_STRICT": False,
    }


def database_url(url: str | None, folder: Path) -> str:
    """SQLAlchemy's URL: psycopg 3 for PostgreSQL, the data folder's file for none. SettingError for
    any other database."""
    url = str(url or "")
    if not url:
        return f"sqlite:///{folder / 'linli.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in {"postgresql+psycopg", "sqlite"}:
        raise SettingError(
            "DATABASE_URL has to be like postgresql://user:password@host/linli, or not be set.",
            "DATABASE_URL 应形如 postgresql://用户:密码@主机/linli，或者不设置。",
        )
    return url


def _kept_settings(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError as error:
        raise SettingError(
            f"{file} is not correct TOML: {error}", f"{file} 格式有误：{error}"
        ) from error


def _number(name: str, given: Any, *, least: int) -> int:
    if str(given).isascii() and str(given).isdecimal() and least <= int(given) <= _LARGEST_NUMBER:
        return int(given)
    raise SettingError(
        f"{name} has to be a whole number from {least} to {_LARGEST_NUMBER}, not {given!r}.",
        f"{name} 应为 {least} 到 {_LARGEST_NUMBER} 的整数，而不是 {given!r}。",
    )


def _site(url: str) -> str:
    """Scheme and host, without the slash that may follow them."""
    if url and not re.fullmatch(r"https?://[\w.\[\]:-]+/?", url, re.ASCII):
        raise SettingError(
            f"PUBLIC_URL has to be like https://linli.example, not {url!r}.",
            f"PUBLIC_URL 应形如 https://linli.example，而不是 {url!r}。",
        )
    return url.removesuffix("/")


def _kept_secret(folder: Path) -> str:
    """The key in the folder, made if there is none: whole or not at all, and by the first of several
    processes that start at once."""
    file = folder / "secret_key"
    if not (file.is_file() and file.stat().st_size):
        own = folder / f"secret_key.{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(own, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
                new.write(secrets.token_urlsafe(48).encode("ascii"))
            _put_first(own, file)
        finally:
            own.unlink(missing_ok=True)
    return file.read_text("utf-8").strip()


def _put_first(own: Path, file: Path) -> None:
    """Put one's own file in place, unless another process has put one there that says something."""
    try:
        os.link(own, file)
    except FileExistsError:
        if not file.stat().st_size:  # left by a start that died as it wrote
            own.replace(file)
    except OSError:  # a file system without links
        own.replace(file)


def _refuse_weak(config: dict[str, Any]) -> None:
    if config["DEMO"] or config.get("TESTING"):
        return
    if len(config["SECRET_KEY"]) < _SHORTEST_SECRET:
        raise SettingError(
            f"SECRET_KEY is shorter than {_SHORTEST_SECRET} characters."
            " Remove it and one will be made.",
            f"SECRET_KEY 不足 {_SHORTEST_SECRET} 个字符。删除该设置，系统会自动生成。",
        )
    if len(set(config["SECRET_KEY"])) < _FEWEST_CHARACTERS:
        raise SettingError(
            f"SECRET_KEY has fewer than {_FEWEST_CHARACTERS} different characters."
            " Remove it and one will be made.",
            f"SECRET_KEY 中不同的字符不足 {_FEWEST_CHARACTERS} 个。删除该设置，系统会自动生成。",
        )
    if os.environ.get("FLASK_DEBUG", "") not in {"", "0", "false"}:
        raise SettingError(
            "FLASK_DEBUG shows the program's inside to visitors. Unset it.",
            "FLASK_DEBUG 会向访问者暴露程序内部，请取消该设置。",
        )
