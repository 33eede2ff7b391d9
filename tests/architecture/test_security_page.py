"""The pages about security name only what is there, and answer for every requirement of ASVS 5.0.0, levels 1 and 2."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "benzosafe"
PAGE = ROOT / "docs" / "security.md"
THREATS = ROOT / "docs" / "reference" / "threat_model.md"
GAP = ROOT / "docs" / "reference" / "epcs_gap.md"
NOT_MET, NOT_APPLICABLE = "`not met`", "`not applicable`"
# The numbers of the standard's requirements of levels 1 and 2, by section.
ASVS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2", "2.1": "1-3", "2.2": "1-3", "2.3": "1-4",
    "2.4": "1", "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2", "4.1": "1-3", "4.2": "1",
    "4.3": "1-2", "4.4": "1-4", "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3", "6.1": "1-3", "6.2": "1-12",
    "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4", "7.1": "1-3", "7.2": "1-4", "7.3": "1-2",
    "7.4": "1-5", "7.5": "1-2", "7.6": "1-2", "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1", "9.1": "1-3",
    "9.2": "1-4", "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2",
    "10.7": "1-3", "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4", "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3", "15.1": "1-3", "15.2": "1-3", "15.3": "1-7", "16.1": "1",
    "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3", "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
ID = re.compile(r"v5\.0\.0-(\d+(?:\.\d+){0,2})")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FILE = re.compile(r"`((?:src|tests|docs)/[\w./-]+\.\w+)`")
SECRET_MODULES = {"cryptography", "hmac", "jwt", "pwdlib", "pyotp", "secrets", "webauthn"}
RUNNERS = {"eval", "exec", "compile", "__import__", "from_string", "system", "popen"}
FACING_PEOPLE = ("audit", "identity", "prescriptions", "service", "smart", "storage")


def requirements():
    """Every number, as '6.2.12'."""
    for section, numbers in ASVS.items():
        first, _, last = numbers.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{section}.{number}"


def rows(page=PAGE, columns=4):
    """The rows of the page's tables of requirements: a list of cells each."""
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| v5.0.0-"):
            assert len(cells) == columns, line
            yield cells


def covered(cell):
    """The requirements a cell names: one, or all of a section or chapter."""
    return [one for name in ID.findall(cell) for one in requirements() if one == name or one.startswith(f"{name}.")]


@cache
def names_in(path):
    """The names of the tests in a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@cache
def tree_of(path):
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports_of(path):
    """Top names of what a file imports."""
    for node in tree_of(path):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def called(node):
    """The name that is called, without what it is of."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_requirement_is_answered_for_once():
    named = [number for cells in rows() for number in covered(cells[0])]
    assert sorted(named) == sorted(requirements())
    assert sum(1 for _ in requirements()) == 253


def test_every_row_says_how_and_shows_it_or_says_that_it_is_not_so():
    for ids, asks, here, shown in rows():
        assert all((ids, asks, here, shown)), ids
        assert shown in (NOT_MET, NOT_APPLICABLE) or TEST.findall(shown), ids
        assert not TEST.sub("", shown).strip("`, ") or shown in (NOT_MET, NOT_APPLICABLE), ids


def test_every_test_that_is_named_is_there():
    for cells in rows():
        for file, name in TEST.findall(cells[3]):
            assert (ROOT / file).is_file() and name in names_in(ROOT / file), f"{cells[0]}: {file}::{name}"


def test_what_is_not_met_stands_at_the_top():
    text = PAGE.read_text(encoding="utf-8")
    top = text.split("## What is not met")[1].split("\n## ")[0]
    said = [number for cells in rows() if cells[3] == NOT_MET for number in covered(cells[0])]
    assert sorted(covered(top)) == sorted(said)


@pytest.mark.parametrize("page", [PAGE, THREATS, GAP], ids=lambda page: page.name)
def test_only_files_that_are_there_are_named(page):
    named = set(FILE.findall(page.read_text(encoding="utf-8")))
    assert named and not [name for name in named if not (ROOT / name).is_file()]


@pytest.mark.parametrize("page", [PAGE, THREATS, GAP], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        titles = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.M) if anchor else []
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [PAGE, THREATS, GAP], ids=lambda page: page.name)
def test_every_table_is_whole(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|"):
            above = lines[number - 1]
            assert line.endswith("|") and "||" not in line, line
            assert not above.startswith("|") or above.count("|") == line.count("|"), line
            assert above.startswith("|") or lines[number + 1].startswith("|---"), line


def test_the_threat_model_is_about_every_letter():
    text = THREATS.read_text(encoding="utf-8")
    letters = (
        "Spoofing", "Tampering", "Repudiation", "Information disclosure", "Denial of service", "Elevation of privilege",
    )  # fmt: skip
    for letter in letters:
        assert text.split(f"## {letter}")[1].split("\n## ")[0].count("`src/benzosafe/") >= 3, letter
    assert text.count("```") == 2 and "```mermaid\nflowchart" in text


def test_the_gap_says_first_that_nothing_is_certified():
    first = GAP.read_text(encoding="utf-8").split("\n## ")[0]
    assert "not certified" in first.lower() and "by hand" in first


def test_every_file_that_uses_keys_is_in_the_inventory():
    inventory = PAGE.read_text(encoding="utf-8").split("### Keys and algorithms")[1].split("\n### ")[0]
    named = {ROOT / name for name in FILE.findall(inventory)}
    using = {path for path in SOURCE.rglob("*.py") if SECRET_MODULES & set(imports_of(path))}
    assert using == named


def test_chance_comes_from_the_operating_system():
    for room in FACING_PEOPLE:
        for path in (SOURCE / room).rglob("*.py"):
            assert "random" not in set(imports_of(path)), path


def test_nothing_runs_what_it_was_given():
    for path in SOURCE.rglob("*.py"):
        if path.name != "spark_session.py":  # asks Java for its version, with words of its own
            assert not {"pickle", "marshal", "shelve", "subprocess"} & set(imports_of(path)), path
        for node in tree_of(path):
            if isinstance(node, ast.Call) and called(node) in RUNNERS:
                of = getattr(getattr(node.func, "value", None), "id", "")
                assert called(node) == "compile" and of in ("re", "statement"), f"{path}:{node.lineno}"


def test_patterns_are_the_programs_own():
    for room in FACING_PEOPLE:
        for path in (SOURCE / room).rglob("*.py"):
            for node in tree_of(path):
                of = getattr(getattr(getattr(node, "func", None), "value", None), "id", "")
                if isinstance(node, ast.Call) and of == "re":
                    assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"


def test_the_package_holds_the_program_only():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert said["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["src/benzosafe"]
    assert not [path for path in SOURCE.rglob("*") if path.name.startswith(("test_", "conftest", ".git"))]
