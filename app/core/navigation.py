"""Where one can go from any page, and which frame of the house a page is shown in.

An entry is shown if one of its endpoints exists and lets the reader in: the
endpoint's own mark (`@requires`, `@signed_in`, `@public`) decides, so that a
link never leads to a refusal and no second table of rights has to agree with
the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import current_app, request, url_for
from flask_login import current_user

from app.core import access, clock
from app.core.access import Role
from app.core.guard import visitor
from app.core.i18n import chosen_language
from app.core.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from app.core.access import Actor, Capability


@dataclass(frozen=True)
class Entry:
    """An entry leads to the first of its endpoints that exists and lets the reader in."""

    label: Any
    icon: str
    endpoints: tuple[str, ...]


class Link(NamedTuple):
    """An entry as this reader sees it. `current` is a value of aria-current, or None."""

    label: Any
    icon: str
    url: str
    endpoint: str
    current: str | None


Groups = tuple[tuple[Any, tuple[Entry, ...]], ...]

STAFF: Groups = (
    (
        None,
        (Entry(_l("Today"), "sun", ("home.today",)), Entry(_l("Inbox"), "inbox", ("inbox.index",))),
    ),
    (
        _l("Consult and decide"),
        (
            Entry(_l("Topics"), "chat-square-text", ("topics.index",)),
            Entry(_l("Meetings"), "people", ("meetings.index",)),
            Entry(_l("Resolutions"), "file-earmark-check", ("resolutions.index",)),
            Entry(_l("Tasks"), "send", ("tasks.index",)),
            Entry(_l("Conventions"), "journal-text", ("conventions.index",)),
            Entry(_l("Platforms"), "signpost-2", ("platforms.index",)),
        ),
    ),
    (
        _l("Points and rewards"),
        (
            Entry(_l("Points"), "award", ("points.index",)),
            Entry(_l("Counter"), "upc-scan", ("counter.index",)),
            Entry(_l("Rewards"), "gift", ("rewards.index",)),
        ),
    ),
    (
        _l("Disclosure"),
        (
            Entry(_l("Public notices"), "megaphone", ("notices.index",)),
            Entry(_l("Board"), "easel", ("board.index",)),
        ),
    ),
    (
        _l("Records"),
        (
            Entry(_l("People"), "person-lines-fill", ("people.index",)),
            Entry(_l("Units"), "building", ("people.units",)),
            Entry(_l("Places"), "geo-alt", ("places.index",)),
        ),
    ),
    (
        _l("Administration"),
        (
            Entry(_l("Users"), "person-gear", ("accounts.index",)),
            Entry(_l("Points rules"), "sliders", ("points.rules",)),
            Entry(_l("Audit trail"), "shield-check", ("home.audit",)),
        ),
    ),
)

# As many as fit side by side on a phone.
RESIDENT: tuple[Entry, ...] = (
    Entry(_l("Points"), "award", ("points.mine", "points.index")),
    Entry(_l("Topics"), "chat-square-text", ("platforms.mine", "topics.index")),
    Entry(_l("Meetings"), "people", ("meetings.mine", "meetings.index")),
    Entry(_l("Redeem"), "gift", ("rewards.catalogue", "rewards.index")),
    Entry(_l("My page"), "person", ("accounts.me", "home.today", "accounts.password")),
)
# Where else residents can go: on their own page, for want of room in the bar.
_FURTHER: tuple[Entry, ...] = (
    Entry(_l("Today"), "sun", ("home.today",)),
    Entry(_l("Tasks"), "send", ("tasks.index",)),
    Entry(_l("Conventions"), "journal-text", ("conventions.index",)),
    Entry(_l("Public notices"), "megaphone", ("notices.index",)),
    Entry(_l("Board"), "easel", ("board.index",)),
)
_TABS: Groups = ((None, RESIDENT),)
_MORE: Groups = ((None, _FURTHER),)


def init(app: Flask) -> None:
    for function in (staff_navigation, resident_navigation, further_pages, current_link,
                     layout_of_reader, link_if_open, chosen_language):  # fmt: skip
        app.add_template_global(function)
    app.add_template_global(clock.today, "china_today")


def layout_of_reader() -> str:
    """The frame of a work page: the public one for visitors, the phone one for residents."""
    if not current_user.is_authenticated:
        return "layouts/public.html"
    return "layouts/resident.html" if only_a_resident(current_user) else "layouts/staff.html"


def only_a_resident(who: Actor) -> bool:
    """Whether the user has no work to do here: no role at all, or only the resident's."""
    return all(grant.role is Role.RESIDENT for grant in who.grants)


def staff_navigation() -> list[tuple[Any, list[Link]]]:
    """Groups (label, links) with at least one link each."""
    return _with_current(_open_to_reader(STAFF))


def resident_navigation() -> list[Link]:
    """The links of the tab bar."""
    return _with_current(_open_to_reader(_TABS))[0][1]


def further_pages() -> list[Link]:
    """Links to pages without a place in the tab bar; none for those with the whole navigation."""
    if not only_a_resident(current_user):
        return []
    return [link for _label, links in _open_to_reader(_MORE) for link in links]


def current_link(whose: str) -> tuple[str | None, str]:
    """The address of the link of "staff" or "resident" that is marked, and how it is marked: in
    nothing else does a reader's navigation differ from page to page."""
    return _nearest(_open_to_reader(STAFF if whose == "staff" else _TABS))


def link_if_open(endpoint: str, **query: Any) -> str | None:
    """The address of an endpoint with this query, if it exists and lets the reader in."""
    return url_for(endpoint, **query) if _is_open(endpoint, _capabilities()) else None


def _open_to_reader(groups: Groups) -> list[tuple[Any, list[Link]]]:
    """The entries that the reader may follow."""
    capabilities = _capabilities()
    found = [
        (label, [link for entry in entries for link in _first_open(entry, capabilities)])
        for label, entries in groups
    ]
    return [(label, links) for label, links in found if links or groups is _TABS]


def _first_open(entry: Entry, capabilities: frozenset[Capability] | None) -> Iterator[Link]:
    for endpoint in entry.endpoints:
        if _is_open(endpoint, capabilities):
            yield Link(entry.label, entry.icon, url_for(endpoint), endpoint, None)
            return


def _capabilities() -> frozenset[Capability] | None:
    """What the reader may do; None if they are not signed in."""
    who = visitor()
    return who.capabilities if who else None


def _is_open(endpoint: str, capabilities: frozenset[Capability] | None) -> bool:
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return False
    needed = access.needs(view)
    if needed is None:
        return True
    return capabilities is not None and (not needed or bool(needed & capabilities))


def _nearest(groups: list[tuple[Any, list[Link]]]) -> tuple[str | None, str]:
    """The address of the link that leads to this page or, of those above it, the nearest; and
    how it is marked."""
    path = request.path
    above = [
        link.url
        for _label, links in groups
        for link in links
        if path == link.url or (link.url != "/" and path.startswith(link.url.rstrip("/") + "/"))
    ]
    nearest = max(above, key=len, default=None)
    return nearest, "page" if nearest == path else "true"


def _with_current(groups: list[tuple[Any, list[Link]]]) -> list[tuple[Any, list[Link]]]:
    nearest, how = _nearest(groups)
    return [
        (label, [link._replace(current=how) if link.url == nearest else link for link in links])
        for label, links in groups
    ]
