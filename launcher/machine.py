"""What a machine must offer before anything is set up, checked in plain words."""

import errno
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

MINIMUM_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
LAST_PORT = 65535
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class LauncherError(Exception):
    """Ends the command with a message for a person, in English and Chinese, and no traceback."""

    def __init__(self, english: str, chinese: str, code: int = 1) -> None:
        super().__init__(english)
        self.message = english + "\n" + chinese
        self.code = code


def say(*lines: str) -> None:
    """Tell progress on stderr, which leaves stdout to the command that is being run."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def disk_full() -> LauncherError:
    return LauncherError("The disk is full.", "磁盘空间已满。")


def check_python(version: "tuple[object, ...]") -> None:
    """LauncherError, with the command to use instead, if this Python is too old."""
    if tuple(version[:2]) >= MINIMUM_PYTHON:
        return
    found = next((name for name in NEWER_PYTHONS if shutil.which(name)), None)
    command = found or ("py -3.11" if os.name == "nt" else "python3.11")
    raise LauncherError(
        "Linli needs Python 3.11 or newer; this is Python {}.{}. {}: {} manage.py".format(
            version[0], version[1], "Use" if found else "Install one, then", command
        ),
        f"邻里需要 Python 3.11 或更高版本，请改用：{command} manage.py",
    )


def check_venv_module() -> None:
    """LauncherError without ensurepip: Debian and Ubuntu ship it apart, and venv needs it."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    raise LauncherError(
        "This Python has no venv module. On Debian or Ubuntu: sudo apt install " + package,
        "此 Python 缺少 venv 模块。Debian/Ubuntu 请先执行：sudo apt install " + package,
    )


def check_port(host: str, port: int) -> None:
    """LauncherError if the port is taken: now rather than after minutes of setting up."""
    if not 1 <= port <= LAST_PORT:
        raise LauncherError(
            f"There is no port {port}: choose one from 1 to 65535.",
            f"端口 {port} 无效，请在 1 到 65535 之间选择。",
            code=2,
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name != "nt":
                # As the server does: a port that was closed a moment ago is free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", -1)):
            raise LauncherError(
                f"Port {port} is already in use. Stop what uses it, or add --port {port + 1}",
                f"端口 {port} 已被占用，请关闭占用的程序，或换一个端口：--port {port + 1}",
            ) from None
        raise LauncherError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}",
            f"无法在 {host} 的 {port} 端口上监听，请检查 --host 和 --port。",
        ) from None


def addresses(host: str) -> "list[str]":
    """Where browsers find a server that listens on `host`: as a rule there, but one that listens
    everywhere is found at each of the machine's addresses, by others first, then by itself."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not listened on
        return [f"[{host}]" if ":" in host else host]
    found = []
    # Without a network, or with a name that no server knows, there is less to say.
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing, but chooses the way out
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    others = [address for address in found if not address.startswith("127.")]
    return [*dict.fromkeys(others), "127.0.0.1"]


def cores() -> int:
    """How many processes can work at the same time; fewer than there are if we may not use all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_data_directory(data: Path) -> None:
    """Make the data folder if it is missing; LauncherError if it can't be written to."""
    try:
        # Residents' data: no other account of this machine may read them.
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=str(data)) as probe:
            probe.write(b"\0" * 4096)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise LauncherError(
            f"Cannot write to the data directory {data}: {error.strerror or error}."
            " Choose another: --data DIR",
            f"数据目录 {data} 不可写，请用 --data 另选一个目录。",
        ) from None


def check_folder(folder: Path) -> None:
    """LauncherError if it is no folder and can't be made one."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise LauncherError(f"{there} is not a folder.", f"{there} 不是目录。", code=2)


def install_test_programs() -> None:
    """Install PostgreSQL and Chromium where we may; pytest itself reports what it has to skip."""
    packages = []
    if not os.environ.get("TEST_DATABASE_URL") and not has_postgresql():
        packages.append("postgresql")
    if not browser_path():
        packages += ["chromium", "fonts-noto-cjk"]
    if not packages:
        return
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        say("Tests that need these will be skipped: " + ", ".join(packages))
        return
    say("Installing {} ...".format(", ".join(packages)))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", *arguments]
        if subprocess.call(command, env=environment, stdout=subprocess.DEVNULL):
            say("apt-get could not install them; tests that need them will be skipped.")
            return


def browser_path() -> "str | None":
    """The path of the browser that the tests drive."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def has_postgresql() -> bool:
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return bool(shutil.which("initdb") or any(debian))
