"""Addresses of pages as they go on paper."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    app.jinja_env.globals["opens_here_only"] = opens_here_only


def printed(endpoint: str, **values: Any) -> str:
    """The whole address, as it goes on paper and into QR codes: on the site as people reach it
    (PUBLIC_URL), or if that is not set, under the name in the address of this request."""
    site = current_app.config["PUBLIC_URL"]
    return site + url_for(endpoint, **values, _external=not site)


def opens_here_only() -> bool:
    """Whether printed addresses lead to the reader's own machine, where no phone finds the site."""
    host = urlsplit(current_app.config["PUBLIC_URL"] or request.host_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
