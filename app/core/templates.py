"""How templates find each other's macros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Template

if TYPE_CHECKING:
    from flask import Flask
    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context


class SharedTemplate(Template):
    """A template whose macros are loaded once for everybody who imports them.

    Jinja compares all globals of the importing template with those of the imported one at every
    import, in case they differ. Ours are always the application's; comparing them takes 7 % of
    the host's console, which is put together from a dozen pieces, and 4 % of a list.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def init(app: Flask) -> None:
    app.jinja_env.template_class = SharedTemplate
