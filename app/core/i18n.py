"""Languages: English message ids, Simplified Chinese for everybody unless they choose otherwise.

Each package keeps its Chinese in `app/<package>/zh.po`; at start the files are
merged and compiled into the instance folder if any of them is newer.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, gettext, lazy_gettext, ngettext, pgettext
from sqlalchemy import JSON, Dialect, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Phrase", "PhraseType", "gettext", "lazy_gettext", "marked", "ngettext", "pgettext"]

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
COOKIE = "language"

babel = Babel()


def marked(msgid: str) -> str:
    """Mark a msgid for extraction where it is stored now and translated when read."""
    return msgid


@dataclass(frozen=True)
class Phrase:
    """A sentence kept as data, so that each reader gets it in their own language.

    `msgid` is an English sentence with %(name)s places (write it as
    `Phrase(marked("…"), name=…)`), `params` holds text and numbers.
    """

    msgid: str
    params: dict[str, Any]

    def __init__(self, msgid: str, /, **params: Any) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "params", params)

    def __str__(self) -> str:
        # Parameters may be translatable themselves: an enum's label kept as its msgid
        # under a name that ends in "_label".
        filled = {
            name: gettext(value) if name.endswith("_label") else value
            for name, value in self.params.items()
        }
        return gettext(self.msgid, **filled) if filled else gettext(self.msgid)


class PhraseType(TypeDecorator[Phrase]):
    """Column type of a Phrase."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Phrase | None, dialect: Dialect) -> Any:
        return None if value is None else {"msgid": value.msgid, "params": value.params}

    def process_result_value(self, value: Any, dialect: Dialect) -> Phrase | None:
        return None if value is None else Phrase(value["msgid"], **value["params"])


def chosen_language() -> str:
    """`zh` or `en`: the reader's switch, else the browser's wish, else Chinese."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        wished = request.cookies.get(COOKIE)
        if wished not in LANGUAGES:
            wished = request.accept_languages.best_match(
                ["zh", "zh-CN", "zh-Hans", "en"], default="zh"
            )
        g.language = "en" if wished.startswith("en") else "zh"
    return g.language


def init(app: Flask) -> None:
    folder = Path(app.instance_path) / "translations"
    compile_catalogues(po_files(), folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    app.config["BABEL_DEFAULT_LOCALE"] = "zh_Hans_CN"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    babel.init_app(app, locale_selector=lambda: LANGUAGES[chosen_language()])


def po_files() -> list[Path]:
    return sorted(Path(__file__).parent.parent.glob("*/zh.po"))


def merged(sources: Iterable[Path]) -> Catalog:
    """All packages' catalogues as one."""
    whole = Catalog(locale="zh_Hans_CN")
    for source in sources:
        with source.open("rb") as file:
            for message in read_po(file, locale="zh_Hans_CN"):
                if message.id and message.string:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def compile_catalogues(sources: list[Path], folder: Path) -> None:
    """Write the .mo file unless it is newer than every source."""
    target = folder / "zh_Hans_CN" / "LC_MESSAGES" / "messages.mo"
    newest = max((source.stat().st_mtime for source in sources), default=0)
    if target.exists() and target.stat().st_mtime > newest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    compiled = BytesIO()
    write_mo(compiled, merged(sources))
    # Several processes may start at once: each writes its own file and renames it.
    scratch = target.with_suffix(f".{id(compiled)}.tmp")
    scratch.write_bytes(compiled.getvalue())
    scratch.replace(target)
