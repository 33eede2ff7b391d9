"""People and plans for the tests of leaflets, written as a clinician would write them."""

from __future__ import annotations

from datetime import date, timedelta

from benzosafe.education.given_plan import GivenPlan
from benzosafe.education.leaflet import Asked, leaflet
from benzosafe.education.leaflet_data import leaflet_data
from benzosafe.education.release import release_of
from benzosafe.education.situation import Situation
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.taper.mind_words import minds_of
from benzosafe.taper.record import plan_of
from tests.render import taper_plans

ON = date(2026, 11, 24)
RELEASED = release_of("Dr A. Lee", (), ON)

ANN = """
patient: {id: ann, born: 1951-03-04, sex: female}
medicines:
  - {drug: clonazepam 0.5 mg tablet, take: 1 tablet twice daily, since: 2024-02-01, for: panic disorder}
  - {drug: oxycodone 10 mg tablet, take: 1 tablet every 6 hours, since: 2026-10-20}
  - clarithromycin 500 mg twice daily since 2026-11-21
  - diphenhydramine 25 mg at bedtime as needed
conditions: [COPD, {name: falls, on: 2026-08-01}]
alcohol: some
allergies: none
"""
NEW = """
patient: {id: noor, born: 1994-06-11, sex: female}
medicines:
  - {drug: lorazepam 1 mg tablet, take: half a tablet three times daily, since: 2026-11-20, for: anxiety}
conditions: none
alcohol: none
allergies: none
"""
SLEEPER = """
patient: {id: sam, born: 1980-01-15, sex: male}
medicines: [{drug: zolpidem 5 mg tablet, take: 1 tablet at bedtime, since: 2026-10-01, for: insomnia}]
conditions: none
alcohol: none
allergies: none
"""
PREGNANT = """
patient: {id: pia, born: 1996-05-05, sex: female}
medicines: [{drug: clobazam 10 mg tablet, take: 1 tablet twice daily, since: 2025-01-01, for: epilepsy}]
conditions: [epilepsy, pregnancy]
alcohol: none
allergies: none
"""
CHILD = """
patient: {id: tom, born: 2018-02-02, sex: male, weight_kg: 24}
medicines:
  - drug: clonazepam 0.125 mg orally disintegrating tablet
    take: 2 tablets twice daily
    since: 2026-05-01
    for: epilepsy
conditions: [epilepsy]
allergies: none
"""
UNKNOWN = "medicines: [clonazepam 1 mg]\n"  # nothing else is known of them
TAPERED = """
patient: {id: kim, born: 1970-07-07, sex: male}
medicines: [{drug: clonazepam 0.5 mg tablet, take: 2 tablets in the morning, since: 2024-01-01, for: panic disorder}]
conditions: none
alcohol: none
allergies: none
"""
EVERYBODY = {"ann": ANN, "noor": NEW, "sam": SLEEPER, "pia": PREGNANT, "tom": CHILD, "nobody": UNKNOWN, "kim": TAPERED}


def record(text, knowledge, on=ON):
    return read_handwritten(text, "test.yaml", knowledge, on)


def given(data):
    """A plan as it is given, without the proof that a file goes through."""
    plan = plan_of(data, "test")
    return GivenPlan(plan, None, minds_of(data.get("minds") or (), "test", plan))


def situation(text, knowledge, country="US", plan=None, on=ON):
    return Situation(record(text, knowledge, on), knowledge, on, country, given(plan) if plan else None)


def made(where, audience="patient", topics=(), language="en", release=RELEASED, preview=False):
    return leaflet(where, Asked(audience, topics, language, release, preview))


def data_of(where, **asked):
    return leaflet_data(made(where, **asked), where)


def said(leaflet_or_data):
    """Every line by its id."""
    if isinstance(leaflet_or_data, dict):
        return {line["id"]: line["text"] for section in leaflet_or_data["sections"] for line in section["lines"]}
    return {line.name: line.text for line in leaflet_or_data.lines}


def simple_plan(**changed):
    """1 mg a day to nothing in three steps from 2027-03-01 on."""
    return taper_plans.simple(**changed)


BEGINS = taper_plans.BEGINS
EVE = BEGINS - timedelta(days=1)
