"""What must hold for every sample: screens never convict, innocent circumstances never accuse, unknown never proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benzosafe.knowledge.load import load_knowledge
from benzosafe.monitoring.urine import interpret
from benzosafe.patient.course import Assay, Course, Specimen, Stay
from benzosafe.patient.tables import Coverage, Record
from tests.monitoring.urine_cases import COLLECTED, ON, taking

KNOWLEDGE = load_knowledge()
# Published as missed or often missed by screens (West 2010, Darragh 2014, Kale 2019, Barrett 1999, Piergies 1997,
# LabPLUS, WakeMed): typed here, not read from our files.
MAY_BE_MISSED = (
    "alprazolam", "clonazepam", "flunitrazepam", "lorazepam", "lormetazepam", "midazolam", "nitrazepam", "oxazepam",
    "temazepam", "triazolam", "zolpidem", "zopiclone", "eszopiclone", "zaleplon", "clobazam", "etizolam", "clonazolam",
)  # fmt: skip
DRUGS = sorted(KNOWLEDGE.urine.drugs)
SUBSTANCES = [item.label for item in KNOWLEDGE.urine.analytes.values()]
NAMES = [*SUBSTANCES, "benzodiazepines", "opiates", "oxycodone", "frobnicol"]
LIMITS = st.sampled_from([None, 1.0, 5.0, 20.0, 40.0, 200.0, 300.0, 1000.0])
DAYS = st.one_of(st.none(), st.dates(date(2026, 9, 1), date(2026, 12, 31)))


@st.composite
def assays(draw, methods=("immunoassay", "mass_spectrometry", "")):
    """One result of any kind."""
    return Assay(
        draw(st.sampled_from(NAMES)), draw(st.sampled_from(methods)),
        draw(st.sampled_from(["positive", "negative", "invalid", ""])), draw(LIMITS), draw(LIMITS),
        draw(st.sampled_from([None, True, False])),
    )  # fmt: skip


@st.composite
def orders(draw):
    """One medicine, taken in any way."""
    return taking(
        draw(st.sampled_from([*DRUGS, "sertraline", "oxycodone"])), prn=draw(st.sampled_from([None, False, True])),
        active=draw(st.sampled_from([None, True, False])), start_on=draw(DAYS), end_on=draw(DAYS),
        supply_ends_on=draw(DAYS), days_per_week=draw(st.sampled_from([None, 3.0, 7.0])),
    )  # fmt: skip


PEOPLE = st.builds(
    lambda listed, known, stays: Record("p", orders=tuple(listed), coverage=Coverage(orders=known),
                                        course=Course(stays=tuple(stays))),
    st.lists(st.one_of(st.sampled_from(DRUGS).map(taking), orders()), max_size=3), st.booleans(),
    st.sampled_from([(), (Stay(COLLECTED - timedelta(days=3), None, "hospital"),)]),
)  # fmt: skip
ANY = st.builds(
    Specimen, st.just("s"), st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 1, 1))),
    st.lists(assays(), min_size=1, max_size=5).map(tuple), st.sampled_from([None, 1.0, 10.0, 95.0]),
    st.sampled_from([None, 20.0, 34.0]),
)  # fmt: skip
SOUND_RESULTS = st.builds(
    Assay, st.sampled_from([*SUBSTANCES, *["benzodiazepines"] * 20]),
    st.sampled_from(["mass_spectrometry", "mass_spectrometry", "immunoassay"]),
    st.sampled_from(["positive", "negative"]), st.sampled_from([None, 3.0, 900.0]), st.sampled_from([None, 5.0, 300.0]),
    st.sampled_from([True, True, None]),
)  # fmt: skip
SOUND = st.builds(
    Specimen, st.just("s"), st.just(COLLECTED), st.lists(SOUND_RESULTS, min_size=1, max_size=4).map(tuple),
    st.sampled_from([95.0, None]), st.just(34.0),
)  # fmt: skip
SAMPLES = st.one_of(SOUND, ANY)


def by_key(reading):
    """Each verdict by what it is about and on which results."""
    return {(one.about, one.kind, one.method, one.assays): one.verdict for one in reading.judged}


@settings(max_examples=300)
@given(PEOPLE, SAMPLES)
def test_every_answer_is_whole(record, specimen):
    reading = interpret(record, specimen, KNOWLEDGE, ON)
    for one in reading.judged:
        assert one.verdict in ("expected", "unexpected", "cannot tell")
        assert one.shows and one.does_not_show and one.reasons and all(one.reasons)
        if one.verdict == "unexpected":
            assert len(one.innocent) >= 3 and one.ask and one.confirm is not None
    assert all(one.method == "mass_spectrometry" for one in reading.confirmed_unexpected)
    if reading.cannot_judge:
        assert {one.verdict for one in reading.judged} <= {"cannot tell"}


@settings(max_examples=300)
@given(PEOPLE, SAMPLES)
def test_nothing_is_dropped(record, specimen):
    reading = interpret(record, specimen, KNOWLEDGE, ON)
    told = {one.name for item in reading.judged for one in item.assays}
    shown = "\n".join((*reading.not_found, *reading.not_judged, *reading.not_understood))
    for assay in specimen.assays:
        assert assay.name in told or f"{assay.name}: " in shown


@given(st.sampled_from(MAY_BE_MISSED), st.sampled_from(["immunoassay", ""]), LIMITS, st.sampled_from([None, False]))
def test_a_negative_screen_never_convicts(drug, method, cutoff, hydrolysed):
    record = Record("p", orders=(taking(drug),), coverage=Coverage(orders=True))
    names = ["benzodiazepines", *(KNOWLEDGE.urine.analytes[one].label for one in KNOWLEDGE.urine.drugs[drug].analytes)]
    for name in names:
        specimen = Specimen("s", COLLECTED, (Assay(name, method, "negative", None, cutoff, hydrolysed),), 95.0, 34.0)
        found = [one for one in interpret(record, specimen, KNOWLEDGE, ON).judged if one.about == drug]
        assert found and {one.verdict for one in found} == {"cannot tell"}


@settings(max_examples=300)
@given(PEOPLE, SAMPLES, assays(methods=("immunoassay", "")))
def test_another_screen_makes_nothing_certain(record, specimen, more):
    before = by_key(interpret(record, specimen, KNOWLEDGE, ON))
    after = by_key(interpret(record, replace(specimen, assays=(*specimen.assays, more)), KNOWLEDGE, ON))
    for key, verdict in before.items():
        if verdict == "cannot tell":
            assert after.get(key, "cannot tell") == "cannot tell"


def _diluted(record, specimen):
    return record, replace(specimen, creatinine_mg_per_dl=10.0)


def _as_needed(record, specimen):
    return replace(record, orders=tuple(replace(order, prn=True) for order in record.orders)), specimen


def _with_inducer(record, specimen):
    return replace(record, orders=(*record.orders, taking("carbamazepine"))), specimen


def _in_hospital(record, specimen):
    stay = Stay(COLLECTED - timedelta(days=400), None, "hospital")
    return replace(record, course=replace(record.course, stays=(*record.course.stays, stay))), specimen


def _list_open(record, specimen):
    return replace(record, coverage=Coverage(orders=False)), specimen


@pytest.mark.parametrize("innocent", [_diluted, _as_needed, _with_inducer, _in_hospital, _list_open])
@settings(max_examples=300)
@given(PEOPLE, SAMPLES)
def test_an_innocent_circumstance_never_accuses(innocent, record, specimen):
    before = by_key(interpret(record, specimen, KNOWLEDGE, ON))
    after = by_key(interpret(*innocent(record, specimen), KNOWLEDGE, ON))
    assert {key for key, verdict in after.items() if verdict == "unexpected"} <= {
        key for key, verdict in before.items() if verdict == "unexpected"
    }


@settings(max_examples=300)
@given(PEOPLE, SAMPLES)
def test_an_open_list_never_convicts_of_what_was_found(record, specimen):
    reading = interpret(replace(record, coverage=Coverage(orders=False)), specimen, KNOWLEDGE, ON)
    for one in reading.judged:
        assert not (one.verdict == "unexpected" and any(assay.outcome == "positive" for assay in one.assays))


@given(PEOPLE, SAMPLES, st.randoms())
def test_the_order_of_results_and_medicines_does_not_matter(record, specimen, random):
    listed, results = list(record.orders), list(specimen.assays)
    random.shuffle(listed)
    random.shuffle(results)
    other = interpret(
        replace(record, orders=tuple(listed)), replace(specimen, assays=tuple(results)), KNOWLEDGE, ON
    )  # fmt: skip
    plain = interpret(record, specimen, KNOWLEDGE, ON)
    told = [sorted((one.about, one.method, one.verdict, tuple(sorted(map(str, one.assays)))) for one in reading.judged)
            for reading in (plain, other)]  # fmt: skip
    assert told[0] == told[1]
