"""Linli: the application is put together here and nowhere else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core import (
    access,
    addresses,
    assets,
    compression,
    error_pages,
    files,
    formats,
    guard,
    htmx,
    i18n,
    kept,
    markup,
    navigation,
    revalidation,
    security,
    sessions,
    settings,
    slots,
    templates,
)
from app.core.db import db

# From the ground up; a package has models, views, commands only if it needs them.
PACKAGES = [
    "core", "audit", "ledger", "places", "people", "accounts", "rosters", "inbox", "notices",
    "points", "rewards", "platforms", "counter", "topics", "meetings", "resolutions",
    "conventions", "tasks", "chain", "board", "home", "cli", "demo",
]  # fmt: skip


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The WSGI application. `overrides` replaces settings (tests)."""
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
    Migrate(
        app,
        db,
        directory=str(settings.ROOT / "migrations"),
        compare_type=True,
        render_as_batch=False,
    )
    for part in (
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
        security,
        kept,
        guard,
        navigation,
        compression,
        revalidation,  # which has to have answered before the page is squeezed
        error_pages,
    ):
        part.init(app)
    for package in PACKAGES:
        _install(app, package)

    unmarked = access.unmarked(app)
    if unmarked:
        msg = f"endpoints without @requires, @signed_in or @public: {', '.join(unmarked)}"
        raise RuntimeError(msg)
    return app


def _install(app: Flask, package: str) -> None:
    """Import what the package has, register its blueprint `bp` and its commands `commands`."""
    for layer in ("models", "views", "commands"):
        name = f"app.{package}.{layer}"
        if find_spec(f"app.{package}") is None or find_spec(name) is None:
            continue
        module = import_module(name)
        if layer == "models":
            for part in iter_modules(getattr(module, "__path__", ())):
                import_module(f"{name}.{part.name}")
        if layer == "views":
            app.register_blueprint(module.bp)
        if layer == "commands":
            for command in module.commands:
                app.cli.add_command(command)
