"""Make static/vendor, once: what pages load, put together, squeezed, and never fetched by the server.

Third-party files come out of pinned packages; our own sheets and scripts, and the icons that
`static/icons.txt` names, become one file each. Beside what shrinks lies its `.gz`, which
`app/core/assets.py` sends to browsers that take it. A stamp says what all was made from.
"""

import gzip
import hashlib
import os
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

from launcher.machine import LauncherError, say
from launcher.setup import ROOT, RUNTIME, VENV_PYTHON, digest_of, is_stamped, run_pip

STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
ICONS = STATIC / "icons.txt"
HTMX = ROOT / "requirements" / "assets.txt"

SHEETS = (
    "tokens", "base", "layout", "components", "forms", "features", "meetings", "print",
)  # fmt: skip
# What a page loads, and of which of our files it is made. Paper and dark theme are loaded alone.
BUNDLES = {
    "linli.css": ["css/" + sheet + ".css" for sheet in SHEETS],
    "dark.css": ["css/dark.css"],
    "paper.css": ["css/paper.css"],
    "linli.js": ["vendor/htmx/htmx.min.js", "js/app.js", "js/autosave.js"],
    "paper.js": ["js/app.js"],
}
# htmx 2.0.10. The django-htmx wheel holds it beside htmx 4, which htmx-flask cannot talk to.
HTMX_MEMBER = "django_htmx/static/django_htmx/htmx-2.min.js"
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
# The icons come out of the installed Bootstrap-Flask. Nothing else of it is used.
ICONS_PACKAGE = "flask_bootstrap"
ICONS_MEMBER = "static/bootstrap5/icons/bootstrap-icons.svg"
_SYMBOL = re.compile(
    r'<symbol[^>]*viewBox="([^"]+)"[^>]*id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL
)
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_WORTH_IT = 300  # bytes; a smaller file fits into one packet as it is


def install_assets(wheelhouse: str) -> None:
    """Make static/vendor from what it is made of now; does nothing when it already is."""
    stamp = VENDOR / "linli.stamp"
    # This file is in the digest because the tables above say what is made of what.
    digest = digest_of(RUNTIME, HTMX, ICONS, Path(__file__), *own_files())
    if is_stamped(stamp, digest):
        return
    say("Making the front-end files ...", "正在准备页面资源……")
    # What is there already is not fetched again, so that an upgrade can do without network.
    htmx = VENDOR / "htmx" / "htmx.min.js"
    if not (htmx.is_file() and is_htmx(htmx.read_bytes())):
        replace(htmx, fetch_htmx(wheelhouse))
    place("icons.svg", sprite(icons_of_package(), ICONS.read_text("utf-8").split()))
    for name, parts in BUNDLES.items():
        place(name, bundle(name, [VENDOR.parent / part for part in parts]))
    place(stamp.name, digest.encode("ascii"))


def own_files() -> "list[Path]":
    parts = {part for parts in BUNDLES.values() for part in parts}
    return [STATIC / part for part in sorted(parts) if not part.startswith("vendor/")]


def place(name: str, content: bytes) -> None:
    """Put a file there at once, whole, beside it what it shrinks to: a server may be sending it."""
    squeezed = gzip.compress(content, 9, mtime=0)
    replace(VENDOR / name, content)
    if len(content) - len(squeezed) >= _WORTH_IT:
        replace(VENDOR / (name + ".gz"), squeezed)


def replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=str(path.parent))
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(made).chmod(0o644)  # a proxy that sends static files itself is another user
    Path(made).replace(path)


def bundle(name: str, parts: "list[Path]") -> bytes:
    """The files one after the other; sheets without their comments."""
    texts = [part.read_text("utf-8").strip() for part in parts]
    if name.endswith(".css"):
        texts = [_COMMENT.sub("", text) for text in texts]
    return ("\n".join(texts) + "\n").encode("utf-8")


def sprite(source: str, names: "list[str]") -> bytes:
    """One SVG with the named symbols of a larger one. Raises LauncherError if it lacks one."""
    symbols = {name: (box, shapes.strip()) for box, name, shapes in _SYMBOL.findall(source)}
    lacking = [name for name in names if name not in symbols]
    if lacking:
        raise LauncherError(
            "static/icons.txt names icons that do not exist: " + " ".join(lacking),
            "static/icons.txt 中有不存在的图标：" + " ".join(lacking),
        )
    drawn = (
        '<symbol id="{}" viewBox="{}">{}</symbol>'.format(name, *symbols[name]) for name in names
    )
    return '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>\n'.format("\n".join(drawn)).encode()


def icons_of_package() -> str:
    """The icons' file of the package. It is found, not imported, which would take Flask with it."""
    code = "import importlib.util as u; print(u.find_spec({!r}).submodule_search_locations[0])"
    command = [str(VENV_PYTHON), "-c", code.format(ICONS_PACKAGE)]
    folder = subprocess.check_output(command, env=dict(os.environ, PYTHONUTF8="1"))
    return (Path(folder.decode("utf-8").strip()) / ICONS_MEMBER).read_text("utf-8")


def is_htmx(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == HTMX_SHA256


def fetch_htmx(wheelhouse: str) -> bytes:
    """The script of htmx, out of its wheel. LauncherError if that holds another one."""
    with tempfile.TemporaryDirectory() as folder:
        run_pip("download", ["--no-deps", "--dest", folder, "-r", str(HTMX)], wheelhouse)
        with zipfile.ZipFile(str(next(Path(folder).glob("*.whl")))) as wheel:
            content = wheel.read(HTMX_MEMBER)
    if not is_htmx(content):
        raise LauncherError(
            "The htmx in the downloaded wheel is not htmx 2.0.10.", "htmx 文件校验失败。"
        )
    return content
