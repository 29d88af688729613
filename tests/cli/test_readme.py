"""What the README tells people to type is a command as it stands there."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from app.core.settings import ROOT


def commands_in(readme):
    text = (ROOT / readme).read_text("utf-8")
    return [
        shlex.split(line, comments=True)
        for line in re.findall(r"^    python3 manage\.py flask (.+)$", text, re.MULTILINE)
    ]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_command_has_all_that_it_needs(app, readme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in commands_in(readme):
        for word in words:
            if re.search(r"\.\w{3,4}$", word):
                (tmp_path / word).touch()
                if words[0] == "backup":
                    (tmp_path / word).unlink()
        command = app.cli
        while isinstance(command, click.Group):
            name, command, words = command.resolve_command(click.Context(command), words)  # noqa: PLW2901
        command.make_context(name, words)


def test_an_import_is_shown_with_what_makes_it_happen():
    for readme in ("README.md", "README.zh.md"):
        imports = [words for words in commands_in(readme) if words[:2] == ["people", "import"]]
        assert any("--apply" in words for words in imports)


def test_both_readmes_show_the_same_commands_pictures_and_settings():
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))
    names = [[words[:2] for words in commands_in(name)] for name in ("README.md", "README.zh.md")]
    assert [words[0] for words in names[0]] == [words[0] for words in names[1]]
    for pattern in (r"docs/\w+\.png", r"\b(?:HTTPS|PROXIES|DATABASE_URL|SECRET_KEY)\b",
                    r"(?<!\w)--\w+", r"^    (\w+/|manage\.py) +\S"):  # fmt: skip
        found = [set(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert found[0] <= found[1], pattern
