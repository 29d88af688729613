"""Running a function in a process of its own: an application reads its settings from the
environment, and several applications in one process would share what each believes is its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(function: Callable[..., T], *arguments: object, environment: Mapping[str, str]) -> T:
    """What the function returns; it and its arguments are found by name in the other process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_run, function, arguments, dict(environment)).result()


def _run(
    function: Callable[..., T], arguments: tuple[object, ...], environment: dict[str, str]
) -> T:
    os.environ.update(environment)
    return function(*arguments)
