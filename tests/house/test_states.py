"""What follows what stands in `states.py`: a state is set only to what its table says."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"


def set_by_hand(source: str) -> list[int]:
    """The lines that set a row's `state` to anything but what a table's `after(…)` returned.

    A new row may be made in its first state; assigning and updating go through the table.
    """
    tree = ast.parse(source)
    parts = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sorted({line for part in parts for line in _set_by_hand(part)})


def _set_by_hand(part: ast.FunctionDef) -> list[int]:
    assigned = [node for node in ast.walk(part) if isinstance(node, ast.Assign)]
    told = {
        target.id
        for node in assigned
        for target, value in _pairs(node)
        if isinstance(target, ast.Name) and _is_after(value)
    }
    given = [
        (target.lineno, value)
        for node in assigned
        for target, value in _pairs(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    for node in ast.walk(part):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        if name == "values":
            given += [(node.lineno, each.value) for each in node.keywords if each.arg == "state"]
        if name == "setattr" and ast.unparse(node.args[1]) == "'state'":
            given.append((node.lineno, node.args[2]))
    return [
        line
        for line, value in given
        if not _is_after(value) and not (isinstance(value, ast.Name) and value.id in told)
    ]


def _pairs(node: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    found = []
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            found += zip(target.elts, node.value.elts, strict=True)
        else:
            found.append((target, node.value))
    return found


def _is_after(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "after"
    )


def test_states_are_set_to_what_their_table_says():
    found = [
        f"{path.relative_to(APP)}:{line}"
        for path in sorted(APP.rglob("*.py"))
        for line in set_by_hand(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("act", "by_hand"),
    [
        ("task.state = tasks.after(task.state, 'close')", False),
        ("state = tasks.after(task.state, 'close'); task.state = state", False),
        ("old, new = vote.state, votes.after(vote.state, 'x'); q.values(state=new)", False),
        ("Task(state=S.DRAFTED)", False),
        ("task.state = S.CLOSED", True),
        ("state = S.CLOSED; task.state = state", True),
        ("task.version, task.state = 2, S.CLOSED", True),
        ("update(Task).values(state=S.CLOSED)", True),
        ("setattr(task, 'state', S.CLOSED)", True),
    ],
)
def test_a_state_set_by_hand_is_found(act, by_hand):
    assert bool(set_by_hand(f"def act(): {act}")) is by_hand
