#!/usr/bin/env python3
"""Set up, start, test and check Linli, from nothing but Python 3.11 and pip.

This file and launcher/ use the standard library alone and must parse under Python 3.6, so that a
machine with an old Python is told what it needs and is not shown a SyntaxError. What needs a
third-party package is a command of the application (`flask ...`) and runs inside .venv.
"""

import argparse
import errno
import os
import subprocess
import sys
import tempfile
import typing
from pathlib import Path

from launcher.announcing import announce_when_ready
from launcher.assets import HTMX, install_assets
from launcher.machine import (
    LauncherError,
    check_data_directory,
    check_folder,
    check_port,
    check_python,
    cores,
    disk_full,
    install_test_programs,
    say,
)
from launcher.prepared import is_prepared, remember
from launcher.setup import (
    ROOT,
    RUNTIME,
    TESTS,
    VENV_PYTHON,
    create_venv,
    install_packages,
    run_pip,
    venv_imports,
)

MOST_WORKERS = 4  # unless more are asked for: each takes memory of its own


def set_up(wheelhouse: str, *, with_tests: bool = False) -> None:
    install_packages(wheelhouse, with_tests=with_tests)
    install_assets(wheelhouse)


def in_venv(*arguments: str) -> "list[str]":
    return [str(VENV_PYTHON), "-m", *arguments]


def child_environment(**changes: str) -> "dict[str, str]":
    environment = dict(os.environ, **changes)
    # Without it a Windows console in GBK stops at the first character that GBK lacks.
    environment.setdefault("PYTHONUTF8", "1")
    return environment


def hand_over(command: "list[str]", environment: "dict[str, str]") -> int:
    """Become the command, so that signals reach it directly; on Windows, wait for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(str(ROOT))
    if os.name != "nt":
        os.execve(command[0], command, environment)
    child = subprocess.Popen(command, env=environment)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # Ctrl-C reached the child as well; it ends by itself.
            continue


def default_workers() -> int:
    """One for each core, but not too many; on Windows one: granian can't share a port there."""
    return 1 if os.name == "nt" else min(cores(), MOST_WORKERS)


def server_command(host: str, port: int, workers: int, target: str = "wsgi:app") -> "list[str]":
    """The server as it is run; the benchmarks run it in the same way."""
    server = in_venv("granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning")
    server += ["--host", host, "--port", str(port)]
    # By default granian would start hundreds of threads, far more than there are connections
    # to the database; a few keep one long request from holding up the others.
    server += ["--workers", str(workers), "--blocking-threads", "4"]
    return [*server, "--respawn-failed-workers", "--workers-kill-timeout", "10", target]


def prepare(environment: "dict[str, str]", *, demo: bool) -> None:
    """Run `flask prepare`. LauncherError if it fails; it has said why."""
    command = in_venv("flask", "--app", "wsgi", "prepare", *(["--demo"] if demo else []))
    if subprocess.call(command, cwd=str(ROOT), env=environment):
        raise LauncherError("Linli was not started: see above.", "邻里未能启动，原因见上。")


def prepared_environment(options: argparse.Namespace, *, demo: bool) -> "dict[str, str]":
    """What the server is started with, once everything is set up and its database is prepared."""
    data = Path(options.data or str(ROOT / "instance" / ("demo" if demo else ""))).resolve()
    check_port(options.host, options.port)
    check_data_directory(data)
    set_up(options.wheelhouse)
    # Only this account may read what is written from here on.
    os.umask(0o077)

    environment = child_environment(LINLI_DATA=str(data))
    environment.pop("LINLI_DEMO", None)
    if demo:
        environment["LINLI_DEMO"] = "1"
    if not is_prepared(data, environment):
        prepare(environment, demo=demo)
        remember(data, environment)
    return environment


def serve(options: argparse.Namespace, _: "list[str]") -> int:
    environment = prepared_environment(options, demo=options.command == "demo")
    workers = options.workers or default_workers()
    announce_when_ready(options.host, options.port)
    return hand_over(server_command(options.host, options.port, workers), environment)


def dev(options: argparse.Namespace, _: "list[str]") -> int:
    """Flask's own server on the sample: it reloads, and shows the traceback of what broke. That page
    lets its visitors run programs here, so it is not reached from other machines."""
    options.host = "127.0.0.1"
    environment = prepared_environment(options, demo=True)
    watched = os.pathsep.join(str(file) for file in sorted(ROOT.glob("app/*/zh.po")))
    command = in_venv("flask", "--app", "wsgi", "run", "--debug", "--extra-files", watched)
    return hand_over([*command, "--host", options.host, "--port", str(options.port)], environment)


def test(options: argparse.Namespace, arguments: "list[str]") -> int:
    set_up(options.wheelhouse, with_tests=True)
    install_test_programs()
    chosen = ("-n", "--numprocesses", "no:xdist", "-pno:xdist", "--pdb")
    if not any(argument.startswith(chosen) for argument in arguments):
        arguments = ["-n", str(os.cpu_count() or 1), *arguments]
    return hand_over(in_venv("pytest", *arguments), child_environment())


def check(options: argparse.Namespace, _: "list[str]") -> int:
    """Run all checks but the tests. LauncherError names those that failed."""
    install_packages(options.wheelhouse, with_tests=True)
    flask = ("flask", "--app", "wsgi", "db")
    steps = [
        ("lint", in_venv("ruff", "check")),
        ("format", in_venv("ruff", "format", "--check", "--output-format=concise")),
        ("types", in_venv("mypy")),
        ("import contracts", [str(VENV_PYTHON.with_name("lint-imports"))]),
        ("templates", in_venv("djlint", "templates", "--lint")),
        ("migrations run", in_venv(*flask, "upgrade")),
        ("migrations match the models", in_venv(*flask, "check")),
    ]
    failed = []
    with tempfile.TemporaryDirectory() as data:
        environment = child_environment(LINLI_DATA=data)
        # The migrations are checked on a fresh SQLite file, never on a database in use.
        environment.pop("DATABASE_URL", None)
        for name, command in steps:
            result = subprocess.run(
                command,
                cwd=str(ROOT),
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            print("{:<28} {}".format(name, "FAILED" if result.returncode else "ok"), flush=True)
            if result.returncode:
                failed.append(name)
                print(result.stdout.decode(errors="replace"), flush=True)
    if failed:
        raise LauncherError("Failed: " + ", ".join(failed), "检查未通过。")
    return 0


def bench(options: argparse.Namespace, arguments: "list[str]") -> int:
    set_up(options.wheelhouse)
    return hand_over(in_venv("benchmarks", *arguments), child_environment())


def flask(options: argparse.Namespace, arguments: "list[str]") -> int:
    set_up(options.wheelhouse)
    return hand_over(in_venv("flask", "--app", "wsgi", *arguments), child_environment())


def wheelhouse(options: argparse.Namespace, _: "list[str]") -> int:
    """Packages are fetched for this machine's system and Python: use one like the target."""
    check_folder(Path(options.directory))
    if not venv_imports("pip"):
        create_venv()
    say("Downloading ...", "正在下载……")
    target = str(Path(options.directory).resolve())
    for file in (RUNTIME, TESTS, HTMX):
        run_pip("download", ["--no-deps", "--dest", target, "-r", str(file)], "")
    return 0


def at_least_one(text: str) -> int:
    """A number of processes, for the parser: ArgumentTypeError below one. ValueError of int() is
    put into words by the parser."""
    if int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more 至少为 1")
    return int(text)


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> "typing.NoReturn":
        raise LauncherError(
            f"{self.format_usage().strip()}\n{message}",
            "命令有误，可用 manage.py --help 查看用法。",
            code=2,
        )


# Command: what runs it, its help, and whether its arguments go on to the program behind it.
COMMANDS = {
    "demo": (serve, "start with a sample community 试用，含示例社区", False),
    "run": (serve, "start for real use 正式运行", False),
    "dev": (dev, "the sample, reloading what you change 开发：改动后自动重新加载", False),
    "test": (test, "run the tests, --all in full; arguments go to pytest 运行测试", True),
    "check": (check, "lint, types, import contracts, templates, migrations 检查代码", False),
    "bench": (bench, "run the benchmarks 性能测试", True),
    "flask": (flask, "run a command of the application 应用命令", True),
    "wheelhouse": (wheelhouse, "download the packages for use without network 离线包", False),
}


def build_parser() -> Parser:
    parser = Parser(prog="manage.py", description="Set up, start, test and check Linli 邻里.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (action, text, passes_on) in COMMANDS.items():
        # A command that passes its arguments on leaves --help to the program behind it.
        command = commands.add_parser(name, help=text, add_help=not passes_on, allow_abbrev=False)
        command.set_defaults(action=action, passes_on=passes_on)
        if action is wheelhouse:
            command.add_argument("directory", metavar="DIR", help="where to put them")
            continue
        command.add_argument(
            "--wheelhouse", metavar="DIR", default="", help="install packages from DIR, offline"
        )
        if action in {serve, dev}:
            command.add_argument("--port", type=int, default=8000, help="port to listen on")
            command.add_argument("--data", metavar="DIR", help="where database and files are kept")
        if action is serve:
            command.add_argument("--host", default="127.0.0.1", help="address to listen on")
            command.add_argument(
                "--workers",
                type=at_least_one,
                help=f"processes; without it, one for each core, at most {MOST_WORKERS}",
            )
    return parser


def main(arguments: "list[str]") -> int:
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character shows "?" in its place.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        check_python(tuple(sys.version_info))
        parser = build_parser()
        options, rest = parser.parse_known_args(arguments)
        if rest and not options.passes_on:
            parser.error("unknown argument: " + " ".join(rest))
        return options.action(options, rest)
    except LauncherError as stop:
        say(stop.message)
        return stop.code
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno == errno.ENOSPC:
            say(disk_full().message)
        else:
            say("{}: {}".format(error.filename or "manage.py", error.strerror or error))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
