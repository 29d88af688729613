"""What a process gets ready in the background before `/healthz` says that it is.

Earlier requests are answered as well, only more slowly: each page's first reader waits until its
templates are loaded and its statements put together.
"""

from __future__ import annotations

import os
from threading import Lock, Thread
from typing import TYPE_CHECKING

from flask import current_app

from app.core.db import begin_reading, db

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

_steps: dict[str, Callable[[], None]] = {}


def warms(step: Callable[[], None]) -> Callable[[], None]:
    """Mark a function that gets something ready; it runs in an application context, and reads."""
    _steps[f"{step.__module__}.{step.__qualname__}"] = step
    return step


class Warming:
    """Whether this process is warm. Without `begin` (commands, tests) there is nothing to wait
    for. A server may fork after it has begun: threads stay behind, so each process begins anew."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._process: int | None = None
        self._warm = False

    def begin(self) -> None:
        with self._lock:
            if self._process == os.getpid():
                return
            self._process, self._warm = os.getpid(), False
        Thread(target=self._run, name="warming", daemon=True).start()

    def is_done(self) -> bool:
        if self._process is None:
            return True
        self.begin()
        return self._warm

    def _run(self) -> None:
        with self._app.app_context():
            begin_reading()
            for name, step in _steps.items():
                try:
                    step()
                except Exception:
                    # The page that needs it will say what is wrong; the others work.
                    current_app.logger.exception("not warmed: %s", name)
                finally:
                    db.session.remove()
        self._warm = True


def init(app: Flask) -> None:
    app.extensions["warming"] = Warming(app)


@warms
def load_templates() -> None:
    """All of them, from their compiled form if that is kept."""
    for name in current_app.jinja_env.list_templates(extensions=["html"]):
        current_app.jinja_env.get_template(name)
