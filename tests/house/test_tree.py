"""What the repository holds: nothing made here, and nothing that only one machine has."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked(*options):
    if not (ROOT / ".git").exists():
        return []  # a copy that was not made by git has nothing to track
    done = subprocess.run(
        ["git", "ls-files", "-z", *options], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.split("\0") if name]


def test_nothing_is_tracked_that_a_fresh_copy_makes_itself():
    assert tracked("--cached", "--ignored", "--exclude-standard") == []


def test_no_password_and_no_data_get_into_an_image_or_are_tracked():
    left_out = set((ROOT / ".dockerignore").read_text("utf-8").splitlines())
    assert {"**/.env", "deploy", "instance", ".git"} <= left_out
    # The newer builder would read such a file in place of the one above.
    assert list(ROOT.glob("deploy/*.dockerignore")) == []
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_no_link_is_tracked():
    assert [name for name in tracked() if (ROOT / name).is_symlink()] == []
