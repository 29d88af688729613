"""Public functions that raise an error of ours, or a ValueError, say so."""

import ast
from collections.abc import Iterator

from tests.house.test_layers import APP, ROOT

# What these raise goes to WTForms, click or Flask, not to a caller.
NOT_CALLED = {"cli", "commands.py", "forms.py", "views", "views.py"}


def _raised(function: ast.FunctionDef) -> set[str]:
    raised = (node.exc for node in _own(function) if isinstance(node, ast.Raise))
    called = (error.func if isinstance(error, ast.Call) else error for error in raised)
    return {error.id for error in called if isinstance(error, ast.Name) and error.id[0].isupper()}


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a function, but not in those inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _own(child)


def test_public_functions_that_raise_say_so():
    silent = []
    for file in APP.rglob("*.py"):
        if NOT_CALLED & set(file.relative_to(APP).parts):
            continue
        for function in ast.parse(file.read_text("utf-8")).body:
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
                said = (ast.get_docstring(function) or "").replace("refuse", "Refused")
                if missing := {name for name in _raised(function) if name not in said}:
                    silent.append((str(file.relative_to(ROOT)), function.name, missing))
    assert silent == []
