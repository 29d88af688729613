"""How templates find each other's macros."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import FileSystemBytecodeCache, Template

if TYPE_CHECKING:
    from flask import Flask
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context


class SharedTemplate(Template):
    """A template whose macros are loaded once for all templates that import them.

    Jinja compares all globals of the importing template with those of the imported one at every
    import, in case they differ. Ours are always the application's; comparing them takes 7 % of
    the host's console, which is put together from a dozen pieces, and 4 % of a list.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def compiled_folder(app: Flask) -> Path:
    """Where compiled templates are kept for all processes."""
    return Path(app.instance_path) / "templates" / jinja2.__version__


def forget_compiled(app: Flask) -> None:
    """A new version of the program may compile the same template in another way."""
    FileSystemBytecodeCache(str(compiled_folder(app))).clear()


def init(app: Flask) -> None:
    if not app.debug:
        folder = compiled_folder(app)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    app.jinja_env.template_class = SharedTemplate
