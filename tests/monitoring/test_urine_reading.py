"""A urine test written by hand: what is read, and how what cannot be meant is refused with its line."""

from __future__ import annotations

from datetime import date

import pytest

from benzosafe.errors import InputRefused
from benzosafe.patient.course import Assay
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.specimen_reading import read_specimens
from benzosafe.patient.specimen_words import NotUnderstood, hydrolysed_in, method_in, result_of
from tests.monitoring.urine_cases import ON

WHOLE = """\
id: A-17
collected_on: 2026-11-20
method: LC-MS/MS
hydrolysis: yes
cutoff: 50 ng/mL
results:
  clonazepam: negative
  7-aminoclonazepam: 120 ng/mL
  oxazepam: {value: 0.9 mg/L, cutoff: 20 ug/L}
  lorazepam: <20 ng/mL
  temazepam: not tested
  benzodiazepines: {method: immunoassay, result: Not Detected, cutoff: 300 ng/mL, hydrolysis: no}
creatinine: 8.4 mmol/L
temperature: 93.2 F
"""


def test_a_whole_test_is_read():
    (sample,) = read_specimens(WHOLE, "urine.yaml", ON)
    assert (sample.specimen_id, sample.collected_on) == ("A-17", date(2026, 11, 20))
    assert sample.assays == (
        Assay("clonazepam", "mass_spectrometry", "negative", None, 50.0, True),
        Assay("7-aminoclonazepam", "mass_spectrometry", "positive", 120.0, 50.0, True),
        Assay("oxazepam", "mass_spectrometry", "positive", 900.0, 20.0, True),
        Assay("lorazepam", "mass_spectrometry", "negative", None, 20.0, True),
        Assay("temazepam", "mass_spectrometry", "", None, 50.0, True),
        Assay("benzodiazepines", "immunoassay", "negative", None, 300.0, False),
    )
    assert sample.creatinine_mg_per_dl == pytest.approx(95.0, abs=0.1)  # 8.4 mmol/L of 113.12 g/mol
    assert sample.temperature_celsius == pytest.approx(34.0)


def test_several_samples_and_the_history(knowledge):
    both = "- {collected_on: 2026-11-01, results: {BZO: neg}}\n- {results: {BZO: pos}}\n"
    first, second = read_specimens(both, "urine.yaml", ON)
    assert (first.specimen_id, second.specimen_id, second.collected_on) == ("sample 1", "sample 2", None)
    person = f"patient: {{id: x}}\nmedicines: none\nhistory:\n  urine:\n    {both.replace(chr(10), chr(10) + '    ')}"
    record = read_handwritten(person, "x.yaml", knowledge, ON)
    assert [one.assays for one in record.course.specimens] == [first.assays, second.assays]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", "", "says nothing"),
        ("results: {}\n", ":1", "names nothing"),
        ("collected_on: 2026-11-20\n", ":1", "without 'results'"),
        ("collected_on: 2026-12-20\nresults: {BZO: neg}\n", ":1", "after the review date"),
        ("collected_on: 2026-11\nresults: {BZO: neg}\n", ":1", "needs the day"),
        ("collected_on: yesterday\nresults: {BZO: neg}\n", ":1", "is not a date"),
        ("results:\n  BZO: negativ\n", ":2", "Did you mean 'negative'?"),
        ("results:\n  lorazepam: 120\n", ":2", "has no unit"),
        ("results:\n  lorazepam: 120 mg\n", ":2", "no unit that is known"),
        ("results:\n  lorazepam: 1,200 ng/mL\n", ":2", "may be a thousand or a fraction"),
        ("results:\n  lorazepam: {result: negative, value: 120 ng/mL, cutoff: 50 ng/mL}\n", ":2", "contradicts itself"),
        ("results:\n  lorazepam: positive (<5 ng/mL)\n", ":2", "contradicts itself"),
        ("results:\n  lorazepam: {cutoff: 50 ng/mL}\n", ":2", "no 'result'"),
        ("results:\n  lorazepam: [negative]\n", ":2", "not a list"),
        ("results: negative\n", ":1", "must name what was measured"),
        ("method: mass spectrometery\nresults: {BZO: neg}\n", ":1", "Did you mean 'mass spectrometry'?"),
        ("hydrolysis: maybe\nresults: {BZO: neg}\n", ":1", "neither yes, no nor unknown"),
        ("cutoff: 0 ng/mL\nresults: {BZO: neg}\n", ":1", "not a cut-off"),
        ("creatinine: 95\nresults: {BZO: neg}\n", ":1", "has no unit"),
        ("temperature: 34\nresults: {BZO: neg}\n", ":1", "has no unit"),
        ("temperature: 340 C\nresults: {BZO: neg}\n", ":1", "no temperature of urine"),
        ("colected_on: 2026-11-20\nresults: {BZO: neg}\n", ":1", "Did you mean 'collected_on'?"),
        ("results: {BZO: neg}\nresults: {BZO: neg}\n", ":2", "given twice"),
        ("just words\n", ":1", "holds no urine test"),
        ("results: {BZO: neg\n", "", "not valid YAML"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(text, line, said):
    with pytest.raises(InputRefused) as error:
        read_specimens(text, "urine.yaml", ON)
    assert f"urine.yaml{line}" in error.value.message and said in error.value.message


def test_less_than_the_limit_is_not_the_limit():
    (sample,) = read_specimens("creatinine: <20 mg/dL\nresults: {BZO: neg}\n", "u", ON)
    assert sample.creatinine_mg_per_dl < 20


@pytest.mark.parametrize(
    ("text", "outcome", "value"),
    [
        ("POSITIVE", "positive", None), ("Presumptive positive", "positive", None), ("None Detected", "negative", None),
        (">1000 ng/mL", "positive", 1000.0), ("Positive, 120 ng/mL", "positive", 120.0),
        ("inconclusive", "invalid", None),
        ("0.12 ug/mL", "", 120.0), ("pending", "", None),
    ],
)  # fmt: skip
def test_words_of_results(text, outcome, value):
    assert (result_of(text).outcome, result_of(text).value_ng_per_ml) == (outcome, value)


@pytest.mark.parametrize("text", ["", "maybe", "12", "-3 ng/mL", "1e9 ng/mL", "12 mmol/L", "nan ng/mL", "9" * 400])
def test_words_that_are_no_result(text):
    with pytest.raises(NotUnderstood):
        result_of(text)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("LC-MS/MS", "mass_spectrometry"), ("Definitive by liquid chromatography", "mass_spectrometry"),
        ("EMIT II Plus", "immunoassay"), ("point-of-care cup", "immunoassay"), ("by hand", ""),
        ("immunoassay screen, confirmed by GC-MS", ""),
    ],
)  # fmt: skip
def test_methods_in_words(text, method):
    assert method_in(text) == method


def test_hydrolysis_in_words():
    assert hydrolysed_in("after enzymatic hydrolysis") is True
    assert hydrolysed_in("without prior hydrolysis") is False and hydrolysed_in("diluted") is None
