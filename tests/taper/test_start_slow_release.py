"""An extended-release product is never read as plain tablets, and one for sleep becomes one bedtime dose."""

from __future__ import annotations

import pytest

from benzosafe.errors import InputRefused
from tests.taper.starts import read_or_refused


@pytest.mark.parametrize(
    ("medicine", "name"),
    [
        ("alprazolam extended-release 2 mg once daily", "alprazolam"),
        ("alprazolam ER 2 mg once daily", "alprazolam"),
        ("Xanax XR 2 mg once daily", "alprazolam"),
        ("alprazolam 2 mg XR tablet once daily", "alprazolam"),
        ("alprazolam prolonged release 2 mg once daily", "alprazolam"),
        ("alprazolam retard 2 mg once daily", "alprazolam"),
        ("{drug: alprazolam 2 mg, take: once daily, form: extended-release tablet}", "alprazolam"),
        ("Ambien CR 12.5 mg at bedtime", "zolpidem"),
        ("lorazepam ER 2 mg once daily", "lorazepam"),
    ],
)
def test_an_extended_release_is_never_read_as_plain_tablets(start, medicine, name):
    with pytest.raises(InputRefused, match="extended-release product") as caught:
        start(medicine)
    assert caught.value.where == name
    for_sleep = name == "zolpidem"
    advice = "one bedtime dose of plain tablets, not spread" if for_sleep else "plain tablets spread over the times"
    assert advice in caught.value.next_step
    assert f"'{name} {'10 mg at bedtime' if for_sleep else '0.5 mg four times daily'}'" in caught.value.next_step


@pytest.mark.parametrize(
    "name",
    ["zolpidem", "zopiclone", "eszopiclone", "temazepam", "flurazepam", "quazepam", "estazolam", "triazolam"],
)
def test_an_extended_release_hypnotic_becomes_one_bedtime_dose_of_the_same_drug(start, name):
    with pytest.raises(InputRefused, match="extended-release product") as caught:
        start(f"{name} extended-release 60 mg at bedtime")
    said = caught.value.next_step
    assert "not spread over the day" in said and f"such as '{name} " in said and "alprazolam" not in said
    assert "too little before the next dose" not in caught.value.message


def test_the_example_for_a_hypnotic_is_never_above_the_dose_written(start):
    with pytest.raises(InputRefused, match="zolpidem 5 mg at bedtime"):
        start("Ambien CR 6.25 mg at bedtime")


def test_plain_and_orally_disintegrating_tablets_and_other_medicines_are_no_extended_release(start):
    for medicine in ("clonazepam ODT 1 mg at night", "alprazolam 1 mg tablet twice daily, seen in ER"):
        assert "extended" not in read_or_refused(start, medicine)
    assert start("clonazepam 1 mg at night", "venlafaxine XR 75 mg daily").amount_ug == 1000
    assert start("clonazepam 1 mg at night", "alprazolam XR 2 mg daily", drug="clonazepam").amount_ug == 1000
