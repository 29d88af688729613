"""Keep each package's Chinese catalogue complete: `flask translations update|check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from app.core.console import Group
from app.core.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

# Context, and the id or (singular, plural).
Message: TypeAlias = tuple[str | None, str | tuple[str, ...]]

KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "marked": None, "_m": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip

# WTForms' messages are English in its own code; ours names them so that they are extracted.
SHARED = ("layouts", "_ui", "errors", "print")


@click.group(cls=Group)
def translations() -> None:
    """The Chinese catalogues, one per package: app/<package>/zh.po."""


@translations.command()
@click.argument("packages", nargs=-1)
def update(packages: tuple[str, ...]) -> None:
    """Add missing entries, drop those no longer used; of all packages or those named."""
    wanted = by_package()
    taken = {message_key(m) for package, messages in wanted.items() for m in messages}
    catalogues = {package: load(ROOT / "app" / package / "zh.po") for package in wanted}
    # One package has a translation, and all use it.
    everywhere = {message_key_of(m) for c in catalogues.values() for m in c if m.id}
    for package in sorted(wanted, key=lambda name: name != "core"):
        catalogue = catalogues[package]
        for message in list(catalogue):
            if message.id and message_key_of(message) not in taken and package != "core":
                catalogue.delete(message.id, context=message.context)
        added = 0
        for key in sorted(wanted[package], key=str):
            if message_key(key) not in everywhere:
                catalogue.add(key[1], context=key[0])
                added += 1
        everywhere |= {message_key(key) for key in wanted[package]}
        if packages and package not in packages:
            continue
        save(ROOT / "app" / package / "zh.po", catalogue)
        click.echo(f"{package}: {added} added, {len(missing(catalogue))} without Chinese")


@translations.command()
def check() -> None:
    """Say what is missing, fuzzy or translated in two ways; exit 1 if anything is."""
    faults = list(problems())
    for fault in faults:
        click.echo(fault)
    raise SystemExit(1 if faults else 0)


def problems() -> Iterator[str]:
    """One line for each message that is missing, untranslated, fuzzy or contradictory."""
    translated: dict[tuple[str | None, str], tuple[str, str]] = {}
    for file in sorted((ROOT / "app").glob("*/zh.po")):
        for message in load(file):
            if not message.id:
                continue
            key = message_key_of(message)
            if message.fuzzy or not message.string:
                yield f"{file.parent.name}: no Chinese for {key[1]!r}"
                continue
            said = str(message.string)
            if key in translated and translated[key][1] != said:
                there, other = translated[key]
                yield f"{file.parent.name}: {key[1]!r} is {said!r} here, {other!r} in {there}"
            translated[key] = (file.parent.name, said)
    for package, messages in by_package().items():
        for used in sorted(messages, key=str):
            if message_key(used) not in translated:
                yield f"{package}: {used[1]!r} is in no catalogue"


def by_package() -> dict[str, set[Message]]:
    """The messages (context, id or (singular, plural)) each package's code and templates use."""
    found: dict[str, set[Message]] = {}
    for file in (ROOT / "app").glob("*/**/*.py"):
        package = file.relative_to(ROOT / "app").parts[0]
        found.setdefault(package, set()).update(extracted(file, "python"))
    for file in (ROOT / "templates").glob("*/**/*.*"):
        package = _owner(file)
        found.setdefault(package, set()).update(extracted(file, "jinja2.ext:babel_extract"))
    return {package: messages for package, messages in found.items() if messages}


def _owner(template: Path) -> str:
    """Whose a template is: its folder's package, or for a printed page the one that renders it."""
    folder = template.relative_to(ROOT / "templates").parts[0]
    if folder == "print":
        named = f'"print/{template.name}"'
        for file in (ROOT / "app").glob("*/**/*.py"):
            if named in file.read_text("utf-8"):
                return str(file.relative_to(ROOT / "app").parts[0])
    return "core" if folder in SHARED else folder


def extracted(file: Path, method: str) -> Iterator[Message]:
    for _line, message, _comments, context in extract_from_file(
        method, file, keywords=KEYWORDS, options={"trimmed": "true"} if "jinja" in method else {}
    ):
        if message and message != ("", ""):
            yield context, message


def message_key(message: Message) -> tuple[str | None, str]:
    context, identity = message
    return context, identity if isinstance(identity, str) else identity[0]


def message_key_of(message: object) -> tuple[str | None, str]:
    return message_key((message.context, message.id))  # type: ignore[attr-defined]


def missing(catalogue: Catalog) -> list[str]:
    return [str(m.id) for m in catalogue if m.id and (not m.string or m.fuzzy)]


def load(file: Path) -> Catalog:
    if not file.exists():
        return Catalog(locale="zh_Hans_CN", project="Linli")
    with file.open("rb") as opened:
        return read_po(opened, locale="zh_Hans_CN")


def save(file: Path, catalogue: Catalog) -> None:
    catalogue.fuzzy = False  # Babel marks the header of a new file as unfinished
    with file.open("wb") as opened:
        write_po(
            opened,
            catalogue,
            sort_output=True,
            omit_header=False,
            include_previous=False,
            width=100,
        )
