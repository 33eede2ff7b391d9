"""Screens that several tests look at."""

from __future__ import annotations

import pytest

from tests.population.screened import made_up, person, screened

CLONAZEPAM, OXYCODONE = (
    ("clonazepam 1 mg tablet", "1 tablet twice daily"),
    ("oxycodone 5 mg tablet", "1 tablet every 6 hours"),
)
ALPRAZOLAM, ITRACONAZOLE = (
    ("alprazolam 1 mg tablet", "1 tablet twice daily"),
    ("itraconazole 100 mg capsule", "1 daily"),
)
SPECIAL = {
    "seizures": person("seizures", [CLONAZEPAM, OXYCODONE], [("G40.909", "Epilepsy")]),
    "comfort": person("comfort", [ALPRAZOLAM, ITRACONAZOLE, OXYCODONE], [("Z51.5", "Palliative care")]),
    "ordinary": person("ordinary", [CLONAZEPAM, OXYCODONE], [("F41.1", "Anxiety")]),
    "child": person("child", [CLONAZEPAM, OXYCODONE], birthDate="2016-02-02"),
    "died": person("died", [CLONAZEPAM, OXYCODONE], deceasedBoolean=True),
    "unknown": person("unknown", [("a medicine nobody knows", "as directed")]),
    "nothing": person("nothing", [("amoxicillin 500 mg capsule", "1 three times a day")]),
    "none": person("none", []),
}  # fmt: skip


@pytest.fixture(scope="session")
def crowd(tmp_path_factory, knowledge):
    """The special people among three hundred others."""
    return screened(tmp_path_factory.mktemp("crowd"), [*SPECIAL.values(), *made_up(300)], knowledge)
