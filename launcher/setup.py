"""Make .venv, once: a stamp in it says what it was made from."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launcher.machine import LauncherError, check_venv_module, disk_full, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

RUNTIME = ROOT / "requirements.txt"
TESTS = ROOT / "requirements-test.txt"

NEARLY_FULL = 20 * 1024 * 1024  # bytes


def digest_of(*files: Path) -> str:
    """One digest of some files' contents, with line endings as git on Windows may change them."""
    content = b"\0".join(file.read_bytes().replace(b"\r\n", b"\n") for file in files)
    return hashlib.sha256(content).hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text().strip() == digest


def venv_imports(package: str) -> bool:
    """Whether .venv runs and has the package: false after its Python was upgraded or removed."""
    code = f"import sys, importlib.util as u; sys.exit(not u.find_spec({package!r}))"
    try:
        return subprocess.call([str(VENV_PYTHON), "-c", code], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def install_packages(wheelhouse: str, *, with_tests: bool = False) -> None:
    """Make .venv hold exactly the pinned packages; does nothing when it already does."""
    files = [RUNTIME, TESTS] if with_tests else [RUNTIME]
    stamps = {
        VENV / f"linli-{file.stem}.stamp": digest_of(*files[: position + 1])
        for position, file in enumerate(files)
    }
    if all(is_stamped(*stamp) for stamp in stamps.items()) and venv_imports("flask"):
        return

    say("Setting up, a few minutes the first time ...", "正在安装，首次需要几分钟……")
    if not venv_imports("pip"):
        create_venv()
    requirements = [part for file in files for part in ("-r", str(file))]
    run_pip("install", requirements, wheelhouse)
    for stamp, digest in stamps.items():
        stamp.write_text(digest + "\n")


def create_venv() -> None:
    """Make .venv anew and empty. LauncherError says why it failed."""
    check_venv_module()
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if result.returncode:
        raise failure_of("python -m venv", result.stdout.decode(errors="replace"))


def run_pip(action: str, arguments: "list[str]", wheelhouse: str) -> None:
    """Run pip with our own progress line. LauncherError says in plain words why it failed."""
    command = [str(VENV_PYTHON), "-m", "pip", action, "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off"]
    if wheelhouse:
        if not Path(wheelhouse).is_dir():
            raise LauncherError(
                f"There is no folder {wheelhouse}.", f"找不到目录 {wheelhouse}。", code=2
            )
        command += ["--no-index", "--find-links", str(Path(wheelhouse).resolve())]
    output = []
    with subprocess.Popen(
        command + arguments,
        cwd=str(ROOT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        for line in pip.stdout or ():
            output.append(line)
            if line.startswith("Collecting ") and sys.stderr.isatty():
                sys.stderr.write("\r\033[K  " + line.split()[1])
                sys.stderr.flush()
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    if pip.returncode:
        raise failure_of("pip " + action, "".join(output), wheelhouse)


def failure_of(command: str, output: str, wheelhouse: str = "") -> LauncherError:
    """The message for what a failed set-up command printed."""
    tail = "\n".join("  " + line for line in output.strip().splitlines()[-5:])
    # ensurepip does not say why it failed.
    if "No space left on device" in output or shutil.disk_usage(str(ROOT)).free < NEARLY_FULL:
        return disk_full()
    if "DO NOT MATCH THE HASHES" in output:
        return LauncherError(
            tail + "\nA downloaded package is not the one this version of Linli was tested with.",
            "下载的软件包与校验值不符，请检查所用的软件源。",
        )
    if "No matching distribution" in output or "Connection" in output or "Timeout" in output:
        if wheelhouse:
            return LauncherError(
                f"{tail}\nThe folder {wheelhouse} lacks a package that is needed here.",
                f"目录 {wheelhouse} 中缺少所需的软件包。",
            )
        return LauncherError(
            tail + "\nPackages could not be downloaded: check the network and pip's settings."
            "\nWithout network: run `manage.py wheelhouse DIR` on a computer that has one,"
            "\nbring the folder here and add --wheelhouse DIR",
            "无法下载软件包，请检查网络和 pip 设置。离线安装：先在联网的电脑上执行"
            "\nmanage.py wheelhouse 目录，把该目录复制过来，再加上参数 --wheelhouse 目录。",
        )
    return LauncherError(f"{tail}\n{command} failed.", "安装失败，原因见上。")
