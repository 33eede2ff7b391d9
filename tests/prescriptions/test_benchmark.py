"""The benchmark of prescriptions runs, and its figures are of the things it names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_runs_to_its_table():
    done = subprocess.run(
        [sys.executable, "benchmarks/prescriptions.py", "--prescriptions", "1", "--writes", "20", "--rounds", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = dict(re.findall(r"^\| ([a-z][^|]+?) \| ([0-9][^|]*?) \|", done.stdout, re.MULTILINE))
    assert {"fills handed out a second", "cost of the chain [1.5]"} <= set(rows)
