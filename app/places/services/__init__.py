"""What can be done with places. One module per subject; call them from here."""

from app.places.services.divisions import DivisionsRefused, Imported, import_divisions
from app.places.services.tree import add, add_buildings, rename, reopen, retire

__all__ = [
    "DivisionsRefused",
    "Imported",
    "add",
    "add_buildings",
    "import_divisions",
    "rename",
    "reopen",
    "retire",
]
