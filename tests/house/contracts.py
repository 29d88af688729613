"""A contract of import-linter: packages know one another by their interfaces alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class InterfaceContract(Contract):
    """Of another package of the container only these modules are imported.

    `shown` are the modules that each package shows; `open` are packages that show all of theirs.
    `free` are modules that may import any other.
    """

    type_name = "interface"

    container = fields.StringField()
    shown = fields.SetField(subfield=fields.StringField())
    open = fields.SetField(subfield=fields.StringField())
    free = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - theirs
        del verbose
        past = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if self._package(importer) and importer not in self.free
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._is_past(importer, imported)
        ]
        return ContractCheck(kept=not past, metadata={"past": past})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["past"]:
            output.print_error(f"{importer} imports {imported} past the interface")

    def _is_past(self, importer: str, imported: str) -> bool:
        package = self._package(imported)
        if not package or package in self.open or package == self._package(importer):
            return False
        return imported.split(".")[2:3] not in [[shown] for shown in self.shown]

    def _package(self, module: str) -> str:
        head, _dot, rest = module.partition(".")
        return rest.split(".")[0] if head == self.container else ""
