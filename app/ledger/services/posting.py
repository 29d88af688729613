"""Posting entries."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.access import Actor
from app.ledger.services.book import Book
from app.ledger.services.entries import Entry
from app.ledger.services.journal import journal
from app.ledger.services.statements import Statements


def post(actor: Actor | None, entry: Entry) -> int:
    """Post an entry, once: if its key has been posted before, nothing changes.

    Returns the transaction's id. Refused (field "points") if a wallet doesn't have enough that
    is still good today; what is past its date is expired in the same transaction.
    """
    statements = journal()
    given = statements.give(actor, entry)
    return _post_all(statements, actor, [entry])[0] if given is None else given


def post_many(actor: Actor | None, entries: Sequence[Entry]) -> list[int]:
    """Post entries in their order, all of them or (by raising) none, each once as `post` does.

    Returns the transactions' ids in the order of the entries.
    """
    return _post_all(journal(), actor, list(entries))


def _post_all(statements: Statements, actor: Actor | None, entries: list[Entry]) -> list[int]:
    ids: dict[str, int] = {}
    rest = entries
    while rest:
        rest = _post_some(statements, actor, rest, ids)
    return [ids[entry.key] for entry in entries]


def _post_some(
    statements: Statements, actor: Actor | None, entries: list[Entry], ids: dict[str, int]
) -> list[Entry]:
    """Post as many of the entries as can be written at once; returns those left over."""
    keys = [entry.key for entry in entries]
    book = Book(statements, _accounts(entries), keys)
    spenders = {t.source for entry in entries for t in entry.transfers if book.keeps_lots(t.source)}
    if spenders:
        # After locking, so that a copy of this request that came first is seen, and its points
        # are not asked for again. Awards need not look: they are told while writing.
        book.look(spenders, keys)
    ids |= book.posted
    drafted: set[str] = set()
    left: list[Entry] = []
    for number, entry in enumerate(entries):
        if entry.key in ids or entry.key in drafted:
            continue
        if any(t.source in book.credited for t in entry.transfers):
            left = entries[number:]  # it may spend lots that have no id before they are written
            break
        book.enter(entry)
        drafted.add(entry.key)
    ids |= book.write(actor)
    if raced := drafted - ids.keys():
        ids |= statements.posted(raced)
    return left


def _accounts(entries: list[Entry]) -> set[int]:
    return {
        side for entry in entries for t in entry.transfers for side in (t.source, t.destination)
    }
