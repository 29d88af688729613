"""The sample community's accounts: made by the sample loader, offered on its sign-in page."""

from __future__ import annotations

from app.core.access import Role

PASSWORD = "Linli-2026"  # noqa: S105 - printed on the sample's sign-in page

ACCOUNTS: dict[str, Role] = {
    "staff": Role.STAFF,
    "resident": Role.RESIDENT,
    "host": Role.HOST,
    "grid": Role.GRID,
    "unit": Role.UNIT,
    "street": Role.STREET,
    "oversight": Role.OVERSIGHT,
    "admin": Role.ADMIN,
}
