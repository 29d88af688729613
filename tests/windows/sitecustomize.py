"""Takes away what Python lacks on Windows. Put this folder on PYTHONPATH: every Python then imports
this file before anything else.

The standard library itself was made for this system and goes on using it: what of it depends on
the hidden parts is imported first.
"""

from __future__ import annotations

import asyncio.unix_events  # noqa: F401
import multiprocessing.popen_spawn_posix
import multiprocessing.resource_tracker
import os
import pathlib  # noqa: F401
import shutil  # noqa: F401
import signal
import subprocess  # noqa: F401
import sys
import tarfile  # noqa: F401
import tempfile  # noqa: F401
import warnings

MODULES = (
    "crypt", "curses", "fcntl", "grp", "nis", "pty", "pwd", "readline", "resource", "spwd", "syslog",
    "termios", "tty",
)  # fmt: skip
OF_OS = (
    "chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid",
    "getgroups", "getloadavg", "getpgid", "getpgrp", "getsid", "killpg", "lchown",
    "mkfifo", "nice", "pread", "pwrite", "register_at_fork", "sched_getaffinity", "setegid",
    "seteuid", "setgid", "setgroups", "setpgid", "setsid", "setuid", "sync", "sysconf", "symlink",
    "uname", "wait", "wait3", "wait4", "waitid",
)  # fmt: skip
# On this system the server asks for SIGHUP and SIGKILL, and pytest for os.getuid.
OF_SIGNAL = (
    "SIGALRM", "SIGCHLD", "SIGCONT", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTSTP",
    "SIGUSR2", "SIGWINCH", "alarm", "pause", "pthread_kill", "setitimer", "sigwait",
)  # fmt: skip

multiprocessing.set_start_method("spawn")
for name in MODULES:
    sys.modules[name] = None  # type: ignore[assignment] # importing it fails
for module, names in ((os, OF_OS), (signal, OF_SIGNAL)):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)

# Files opened without saying how they are encoded would be read as GBK there.
warnings.filterwarnings(
    "error", category=EncodingWarning, module=r"(app|benchmarks|launcher|manage|tests|wsgi)\b"
)
