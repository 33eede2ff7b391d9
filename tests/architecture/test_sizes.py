"""The house stays readable: small files and small functions, of the source and of its tests."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = ROOT / "src" / "benzosafe", ROOT / "tests"
FILES = [(folder, path) for folder in (SOURCE, TESTS) for path in sorted(folder.rglob("*.py"))]
FILES = [(folder, path) for folder, path in FILES if "node_modules" not in path.parts]  # not ours
MOST_LINES = 300
MOST_CODE_LINES = 40


def of_every_file(test):
    """Source files go by their name below the package, tests by theirs below the whole."""
    names = [str(path.relative_to(folder if folder == SOURCE else ROOT)) for folder, path in FILES]
    return pytest.mark.parametrize("path", [path for _, path in FILES], ids=names)(test)


def test_both_are_looked_at():
    assert {SOURCE / "errors.py", Path(__file__)} <= {path for _, path in FILES}


@of_every_file
def test_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@of_every_file
def test_functions_are_short(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            documented = ast.get_docstring(node) is not None
            first = node.body[1] if documented and len(node.body) > 1 else node.body[0]
            length = (node.end_lineno or 0) - first.lineno + 1
            assert length <= MOST_CODE_LINES, f"{path.name}:{node.lineno} {node.name} has {length} lines"
