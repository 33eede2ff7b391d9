"""A measure with the user's own value sets starts without the knowledge, whose models take a tenth of a short run."""

from __future__ import annotations

import subprocess
import sys

STARTED = """
import sys
import benzosafe.cli.inputs, benzosafe.cli.measure
import benzosafe.population.measures.measure_report, benzosafe.population.measures.measured
print(*(name for name in ("benzosafe.knowledge.load", "benzosafe.facts.catalog", "pydantic") if name in sys.modules))
"""


def test_the_knowledge_stays_unread() -> None:
    said = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True).stdout
    assert said.split() == []
