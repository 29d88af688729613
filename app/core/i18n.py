"""Languages: English message ids, Simplified Chinese for everybody unless they choose otherwise.

Each package keeps its Chinese in `app/<package>/zh.po`; at start the files are
merged and compiled into the instance folder if any of them is newer.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import JSON, Dialect, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Phrase", "PhraseType", "gettext", "lazy_gettext", "marked", "ngettext", "pgettext"]

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
COOKIE = "language"

babel = Babel()

# The language of the request being answered: found out once, then asked hundreds of times a page.
_language: ContextVar[str | None] = ContextVar("language", default=None)

# By language, read once per process: looking up who reads and which catalogue is theirs took
# several times as long as looking up the sentence. English is what the msgids say.
_catalogues: dict[str, NullTranslations] = {"zh": NullTranslations(), "en": NullTranslations()}


def gettext(msgid: str, /, **variables: Any) -> str:
    """The sentence in the reader's language, with its %(name)s places filled."""
    text = _catalogues[chosen_language()].gettext(msgid)
    return text % variables if variables else text


def ngettext(singular: str, plural: str, num: int, /, **variables: Any) -> str:
    """The sentence that fits the number, which fills its place %(num)s."""
    text = _catalogues[chosen_language()].ngettext(singular, plural, num)
    return text % {"num": num, **variables}


def pgettext(context: str, msgid: str, /, **variables: Any) -> str:
    """The sentence as it is meant in a context."""
    text = str(_catalogues[chosen_language()].pgettext(context, msgid))
    return text % variables if variables else text


def lazy_gettext(msgid: str, /, **variables: Any) -> Any:
    """As `gettext`, but translated whenever it is read: for what is made once and read by many."""
    return LazyString(gettext, msgid, **variables)


def in_both(message: object, between: str = "\n") -> str:
    """A sentence in English and then in Chinese, for where the reader's language is not known."""
    said = []
    for language in ("en", "zh"):
        token = _language.set(language)
        said.append(str(message))
        _language.reset(token)
    return between.join(dict.fromkeys(said))


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

    def __hash__(self) -> int:
        return hash((self.msgid, *self.params.items()))

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
    return _language.get() or _asked_for()


def _asked_for() -> str:
    if not has_request_context():
        return "zh"
    switched = request.cookies.get(COOKIE)
    if switched in LANGUAGES:
        return switched
    # By the primary subtag: readers of zh-TW or zh-Hans-CN would rather have this Chinese than
    # the English they name behind it.
    wished = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((language for language in wished if language in LANGUAGES), "zh")


def _begin() -> None:
    _language.set(_asked_for())


def _end(_error: BaseException | None) -> None:
    _language.set(None)


def init(app: Flask) -> None:
    folder = Path(app.instance_path) / "translations"
    compile_catalogues(po_files(), folder)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    app.config["BABEL_DEFAULT_LOCALE"] = "zh_Hans_CN"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    babel.init_app(app, locale_selector=lambda: LANGUAGES[chosen_language()])
    _catalogues["zh"] = Translations.load(folder, [LANGUAGES["zh"]])
    _ready.clear()
    # In place of the extension's own, which look up the catalogue anew for every sentence.
    app.jinja_env.globals.update(
        _=_in_markup, gettext=_in_markup, ngettext=_number_in_markup, pgettext=_meant_in_markup
    )
    app.before_request(_begin)
    app.teardown_request(_end)


# For templates. Text without places to fill is made ready for HTML once per process. As in all
# templates a per cent sign is written twice.
_ready: dict[tuple[str, ...], Markup] = {}


def _in_markup(msgid: str, /, **variables: Any) -> Markup:
    language = chosen_language()
    if variables:
        return Markup(_catalogues[language].gettext(msgid)) % variables  # noqa: S704 - our own sentence; the variables are escaped
    ready = _ready.get((language, msgid))
    if ready is None:
        ready = _ready[language, msgid] = Markup(_catalogues[language].gettext(msgid)) % {}  # noqa: S704 - as above
    return ready


def _number_in_markup(singular: str, plural: str, num: int, /, **variables: Any) -> Markup:
    text = _catalogues[chosen_language()].ngettext(singular, plural, num)
    return Markup(text) % {"num": num, **variables}  # noqa: S704 - as above


def _meant_in_markup(context: str, msgid: str, /, **variables: Any) -> Markup:
    language = chosen_language()
    ready = None if variables else _ready.get((language, context, msgid))
    if ready is None:
        ready = Markup(_catalogues[language].pgettext(context, msgid)) % variables  # noqa: S704 - as above
        if not variables:
            _ready[language, context, msgid] = ready
    return ready


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
    scratch = target.with_suffix(f".{os.getpid()}.tmp")
    scratch.write_bytes(compiled.getvalue())
    scratch.replace(target)
