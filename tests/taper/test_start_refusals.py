"""From what no taper starts, each with a next step."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.errors import InputRefused, UsageError
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Record
from benzosafe.taper.start import starting_point
from benzosafe.taper.start_refusals import completed_years
from tests.conftest import ON


@pytest.mark.parametrize(
    ("medicine", "words"),
    [
        ("clonazepam 0.5 to 1 mg at night", "0.5 or 1 mg a day"),
        ("diazepam 5 mg 1 to 2 tablets at bedtime", "5 or 10 mg a day"),
        ("oxazepam 15 mg as directed", "dose of a day is not known"),
        ("{drug: etizolam 1 mg, take: twice daily}", "illicit or novel"),
        ("{drug: bromazolam 1 mg, take: twice daily}", "illicit or novel"),
        ("metformin 500 mg daily", "no benzodiazepine or Z-drug"),
        ("{drug: diazepam 5 mg, take: 5 mg daily, route: rectal}", "one oral"),
    ],
)
def test_what_cannot_be_started_from_is_refused_with_a_next_step(start, medicine, words):
    with pytest.raises(InputRefused, match=words) as caught:
        start(medicine)
    assert caught.value.exit_code == 4
    assert len(str(caught.value).split(". ")) > 1


def test_a_novel_agent_beside_a_known_one_is_refused_too(start):
    with pytest.raises(InputRefused, match="must not be stopped at once"):
        start("clonazepam 1 mg at night", "{drug: flubromazolam 1 mg, take: daily}", drug="clonazepam")


def test_a_child_an_entry_written_twice_and_a_drug_not_taken_are_refused(start):
    with pytest.raises(InputRefused, match="12 years"):
        start("clonazepam 1 mg at night", age=12)
    with pytest.raises(InputRefused, match="twice in the same words"):
        start("clonazepam 1 mg at night", "clonazepam 1 mg at night")
    with pytest.raises(UsageError, match="Did you mean 'clonazepam'"):
        start("clonazepam 1 mg at night", drug="clonazzepamm")


@pytest.mark.parametrize(
    ("born", "years"), [("2018-03-15", "8"), ("2015-01-01", "11"), ("2008-11-25", "17"), ("2026-11-01", "0")]
)
def test_a_child_is_as_old_as_its_completed_years(knowledge, born, years):
    text = f"patient: {{id: kid, born: {born}}}\nmedicines: [clonazepam 0.5 mg at night]\n"
    with pytest.raises(InputRefused, match=f"a patient of {years} years"):
        starting_point(knowledge, read_handwritten(text, "p.yaml", knowledge, ON), None, ON)
    assert completed_years(Record("p", birth_on=date(2008, 11, 24)), ON) == 18


def test_only_a_near_name_is_offered(start):
    for drug in ("clonazzepamm", "KLONAZEPAMM"):
        with pytest.raises(UsageError, match="Did you mean 'clonazepam'"):
            start("clonazepam 1 mg at night", drug=drug)
    for drug in ("diazepam", "lorazepam", "clozapine", "warfarin", "Valium", "lonza", ""):
        with pytest.raises(UsageError, match="not a benzodiazepine or Z-drug this patient takes") as caught:
            start("clonazepam 1 mg at night", drug=drug)
        assert "Did you mean" not in caught.value.message
