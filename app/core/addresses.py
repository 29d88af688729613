"""Addresses of pages: for templates, where one list has hundreds of them, and for paper.

`url_for` looks at everything an address could be made of, which takes longer than reading the row
it is for. Nearly all of ours are a fixed path with whole numbers in it: these are filled in
directly, and anything else goes to Flask.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, request
from flask import url_for as any_url_for
from werkzeug.routing import IntegerConverter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.routing import Rule


def init(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = _builder(app)
    app.jinja_env.globals["opens_here_only"] = opens_here_only


def printed(endpoint: str, **values: Any) -> str:
    """The whole address, as it goes on paper and into QR codes: on the site people reach
    (PUBLIC_URL), whichever name whoever prints it has opened it under."""
    site = current_app.config["PUBLIC_URL"]
    return site + any_url_for(endpoint, **values, _external=not site)


def opens_here_only() -> bool:
    """Whether printed addresses lead to the reader's own machine, where no phone finds the site."""
    host = urlsplit(current_app.config["PUBLIC_URL"] or request.host_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _builder(app: Flask) -> Callable[..., str]:
    # By endpoint, filled when first asked for: by then all routes are there.
    paths: dict[str, tuple[str, frozenset[str]] | None] = {}

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint not in paths:
            paths[endpoint] = _path(list(app.url_map.iter_rules(endpoint)))
        known = paths[endpoint]
        if known is None or values.keys() != known[1]:
            return any_url_for(endpoint, **values)
        for value in values.values():
            if type(value) is not int or value < 0:
                return any_url_for(endpoint, **values)
        return request.script_root + known[0] % values

    return url_for


def _path(rules: list[Rule]) -> tuple[str, frozenset[str]] | None:
    """The path as a pattern and the names in it, if it is one of the plain ones."""
    if len(rules) != 1 or rules[0].defaults or rules[0].host or rules[0].subdomain:
        return None
    [rule] = rules
    if any(type(converter) is not IntegerConverter for converter in rule._converters.values()):  # noqa: SLF001 - not told otherwise
        return None
    pattern = rule.rule.replace("%", "%%")
    for name in rule.arguments:
        pattern = pattern.replace(f"<int:{name}>", f"%({name})d")
    return None if "<" in pattern else (pattern, frozenset(rule.arguments))
