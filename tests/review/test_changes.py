"""Drafts and changes: what a draft carries on, what it causes, and that no change is ever an abrupt stop."""

from __future__ import annotations

import pytest

from benzosafe.patient.handwritten import read_handwritten, read_medicine_line
from benzosafe.review.report import report
from benzosafe.review.review import review
from tests.conftest import ON

DEPENDENCE = {"benzodiazepine", "z_drug", "opioid", "barbiturate", "gabapentinoid"}
PANIC = "clonazepam 1 mg twice daily since 2025-01-01 for panic disorder"


def reviewed(knowledge, medicines, *drafts, conditions="[]"):
    text = (
        f"patient: {{id: p, age: 40, sex: male}}\nmedicines: [{medicines}]\nconditions: {conditions}\nalcohol: none\n"
    )
    record = read_handwritten(text, "p.yaml", knowledge, ON)
    orders = []
    for number, line in enumerate(drafts, start=1):
        orders += read_medicine_line(line, knowledge, order_id=f"draft {number}", source="draft", on=ON)
    return report(review(record, knowledge, ON, orders))


def changes(data):
    return {(change["action"], change["ingredient"]): change["how"] for change in data["changes_that_help"]}


def rules(data, **wanted):
    return {f["rule"] for f in data["findings"] if all(f[key] == value for key, value in wanted.items())}


def test_a_renewal_is_never_withheld(knowledge):
    data = reviewed(knowledge, PANIC, "clonazepam 1 mg twice daily")
    assert ("withhold", "clonazepam") not in changes(data)
    assert changes(data)["taper", "clonazepam"] == "taper"
    assert data["scenarios"][-1]["notes"]


def test_a_new_draft_may_simply_not_be_started(knowledge):
    data = reviewed(knowledge, PANIC, "oxycodone 5 mg every 6 hours")
    assert changes(data)["withhold", "oxycodone"] == "free"
    assert "opioid_with_benzodiazepine" in rules(data, caused_by_draft=True, severity="high")


def test_a_draft_that_halves_the_dose_is_seen(knowledge):
    data = reviewed(knowledge, PANIC, "clonazepam 0.5 mg twice daily")
    assert "reduction_too_fast" in rules(data, caused_by_draft=True)


def test_a_second_brand_is_not_taken_for_a_renewal(knowledge):
    data = reviewed(knowledge, "Klonopin 1 mg twice daily since 2025-01-01", "Rivotril 2 mg at bedtime")
    assert "same_ingredient_in_two_orders" in rules(data, caused_by_draft=True)


def test_an_unresolved_draft_is_listed_and_leaves_nothing_certain(knowledge):
    data = reviewed(knowledge, PANIC, "blorfazine 10 mg daily")
    assert ["blorfazine" in gap["text"] for gap in data["unresolved"]] == [True]
    assert "opioid_with_benzodiazepine" in {check["rule"] for check in data["not_checked"]}


@pytest.mark.parametrize("conditions", ["[epilepsy]", "[]"])
def test_what_prevents_seizures_is_never_taken_away(knowledge, conditions):
    medicine = "clonazepam 2 mg twice daily since 2015-01-01 for epilepsy"
    data = reviewed(knowledge, f"{medicine}, oxycodone 5 mg every 6 hours", conditions=conditions)
    assert not [change for change in changes(data) if change[1] == "clonazepam"]


def test_treatment_of_opioid_use_disorder_is_never_taken_away(knowledge):
    medicines = f"{PANIC}, methadone 80 mg daily since 2024-01-01 for opioid use disorder"
    data = reviewed(knowledge, medicines, conditions="[opioid use disorder]")
    assert not [change for change in changes(data) if change[1] == "methadone"]


def test_whatever_causes_withdrawal_is_only_tapered(knowledge):
    for name, drug in knowledge.drugs.items():
        if DEPENDENCE & {*drug.classes} and "anaesthetic" not in drug.classes and drug.stopping:
            assert drug.stopping.how in ("taper", "protected"), name


def test_only_one_finding_interrupts_and_the_rest_is_listed(knowledge):
    medicines = f"{PANIC}, oxycodone 20 mg every 6 hours, alprazolam 2 mg four times daily, ketoconazole 200 mg daily"
    data = reviewed(knowledge, medicines)
    loud = [finding for finding in data["findings"] if finding["tier"] == 1]
    assert len(loud) <= 1
    demoted = {item["rule"] for item in data["suppressed"] if item["kind"] == "attention"}
    assert demoted <= {finding["rule"] for finding in data["findings"] if finding["tier"] == 2}


def test_changes_are_tried_only_where_something_is_to_be_helped(knowledge, monkeypatch):
    def refuse(*_):
        raise AssertionError("a change was tried")

    monkeypatch.setattr("benzosafe.review.review.change_scenarios", refuse)
    harmless = read_handwritten("patient: {id: p}\nmedicines: [metformin 500 mg daily]\n", "p.yaml", knowledge, ON)
    assert review(harmless, knowledge, ON).changes == []
    lines = "[clonazepam 1 mg twice daily, oxycodone 5 mg every 6 hours]"
    record = read_handwritten(f"patient: {{id: p, age: 40}}\nmedicines: {lines}\n", "p.yaml", knowledge, ON)
    found = review(record, knowledge, ON)
    assert found.verdict.findings
    with pytest.raises(AssertionError, match="a change was tried"):
        _ = found.changes
