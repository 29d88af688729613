"""What it is measured on. A figure that is no ratio means nothing without it."""

from __future__ import annotations

import os
import platform
import sysconfig
from pathlib import Path


def interpreter() -> str:
    """Version and build: one without profile-guided optimisation is a third slower."""
    optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    build = "optimised build" if optimised else "build without profile-guided optimisation"
    return f"{platform.python_implementation()} {platform.python_version()}, {build}"


def machine() -> str:
    return f"{_processor()}, {os.cpu_count()} cores, {_memory()}; {platform.system()}"


def measured_on() -> str:
    """The line under a table of seconds or megabytes."""
    return f"Measured on {machine()}; {interpreter()}."


def resident(process: int, what: str = "Pss") -> float | None:
    """Megabytes of memory of a process: `Pss` counts what processes share in equal parts; `peak`
    is the most it ever had. None where the system doesn't say."""
    name, field = ("status", "VmHWM") if what == "peak" else ("smaps_rollup", what)
    try:
        lines = Path(f"/proc/{process}/{name}").read_text("utf-8").splitlines()
    except OSError:
        return None
    kilobytes = next((line.split()[1] for line in lines if line.startswith(f"{field}:")), None)
    return int(kilobytes) / 1024 if kilobytes else None


def workers_of(server: int) -> list[int]:
    """The processes that a server has started to answer with."""
    found = []
    for tasks in Path(f"/proc/{server}/task").glob("*/children"):
        for child in tasks.read_text("utf-8").split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"resource_tracker" not in command:
                found.append(int(child))
    return found


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    info = Path("/proc/meminfo")
    if not info.exists():
        return "memory unknown"
    kilobytes = int(info.read_text("utf-8").split()[1])
    return f"{kilobytes / 1024 / 1024:.0f} GB"
