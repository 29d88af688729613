"""Linli: the application is put together here and nowhere else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from click import Command
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import (
    access,
    addresses,
    assets,
    bodies,
    compression,
    error_pages,
    files,
    formats,
    guard,
    htmx,
    i18n,
    markup,
    migrations,
    navigation,
    page_cache,
    returning,
    revalidation,
    security,
    sessions,
    settings,
    slots,
    templates,
    warming,
)
from app.core.console import LateCommands
from app.core.db import db

# From the ground up; a package has models, views, commands only if it needs them.
PACKAGES = [
    "core", "audit", "ledger", "places", "people", "accounts", "rosters", "inbox", "notices",
    "points", "rewards", "platforms", "counter", "topics", "meetings", "resolutions",
    "conventions", "tasks", "chain", "board", "home", "cli", "demo",
]  # fmt: skip


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The WSGI application. `overrides` replaces settings (tests). RuntimeError if an endpoint does
    not declare who may use it."""
    folder = settings.data_folder()
    app = Flask(
        "app",
        instance_path=str(folder),
        template_folder="../templates",
        static_folder="../static",
    )
    app.config.from_mapping(settings.load(folder, overrides))
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.init_app(app)
    for part in (
        migrations,
        templates,
        i18n,
        formats,
        files,
        addresses,
        assets,
        markup,
        slots,
        htmx,
        sessions,
        bodies,  # before the token of a form is looked for in it
        security,
        page_cache,
        guard,
        returning,
        navigation,
        compression,
        revalidation,  # which has to have answered before the page is squeezed
        error_pages,
        warming,
    ):
        part.init(app)
    for package in PACKAGES:
        _install(app, package)
    app.cli = LateCommands(app.name, lambda: _all_commands(app))

    unmarked = access.unmarked(app)
    if unmarked:
        msg = f"endpoints without @requires, @signed_in or @public: {', '.join(unmarked)}"
        raise RuntimeError(msg)
    return app


def _install(app: Flask, package: str) -> None:
    """Import what the package has, and register its blueprint `bp`."""
    models = _layer(package, "models")
    for part in iter_modules(getattr(models, "__path__", ())):
        import_module(f"app.{package}.models.{part.name}")
    _layer(package, "warming")
    views = _layer(package, "views")
    if views:
        app.register_blueprint(views.bp)


def _all_commands(app: Flask) -> list[Command]:
    """What the packages add to the command line."""
    migrations.install(app)
    modules = (_layer(package, "commands") for package in PACKAGES)
    return [command for module in modules if module for command in module.commands]


def _layer(package: str, layer: str) -> Any:
    """The module; None if the package has none of this name."""
    name = f"app.{package}.{layer}"
    if find_spec(f"app.{package}") is None or find_spec(name) is None:
        return None
    return import_module(name)
