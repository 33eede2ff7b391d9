"""Records made for the measures: small, with made-up codes that stand for whole value sets."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from benzosafe.knowledge.names import RXNORM
from benzosafe.population.intake.find import find_source
from benzosafe.population.measures.answers import Answer
from benzosafe.population.measures.edition import EDITIONS
from benzosafe.population.measures.measure import MEASURES, Asked, Measure
from benzosafe.population.measures.measure_input import Chart, Rejected
from benzosafe.population.measures.measure_report import FORMS
from benzosafe.population.measures.measured import Measured, Written
from benzosafe.population.measures.measured import measured as measuring
from benzosafe.population.measures.resources import KINDS
from benzosafe.population.measures.stratifiers import STRATIFIERS
from benzosafe.population.measures.value_set_names import OID_OF
from benzosafe.population.measures.value_sets import Codes, ValueSets

MADE_UP = "urn:made-up"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
CONCERN = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ORDER = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
STRENGTHS = {
    "Digoxin Medications": {"245273", "197604", "197606", "393245", "204504", "104208"},
    "Doxepin Medications": {
        "966787",
        "966793",
        "1000048",
        "1000070",
        "1000076",
        "1000097",
        "1000058",
        "1000064",
        "1000054",
    },
}
POPULATIONS = ("initial-population", "denominator", "denominator-exclusion", "numerator")


def made_up_sets(*, without=()):
    """Every value set with codes of its own: its name, and two numbered ones for different members."""
    sets = {
        name: Codes(frozenset((MADE_UP, code) for code in (name, f"{name} 2", f"{name} 3")))
        for name in OID_OF
        if name not in without
    }
    for name, codes in STRENGTHS.items():
        if name in sets:
            sets[name] = Codes(sets[name].members | {(RXNORM, code) for code in codes})
    return ValueSets("made-up", sets)


def concept(code, system=MADE_UP):
    return {"coding": [{"system": system, "code": code}]}


def resource(kind, name, **fields):
    """Fields that are None are left out."""
    whole = {"resourceType": kind, "id": name, "subject": {"reference": "Patient/p"}} | fields
    return {key: value for key, value in whole.items() if value is not None}


def patient(birth="1950-05-05", name="p"):
    person = {"resourceType": "Patient", "id": name}
    return person | ({"birthDate": birth} if birth else {})


def visit(kind, start, end, name="v", status="finished", **more):
    period = {key: value for key, value in (("start", start), ("end", end)) if value}
    return resource("Encounter", name, status=status, type=[concept(kind)], period=period or None, **more)


def order(code, at, name=None, *, status="active", intent="order", category="discharge", **more):
    return resource(
        "MedicationRequest", name or f"{code} {at}", status=status, intent=intent,
        category=[concept(category, _ORDER)] if category else None, authoredOn=at,
        **{"medicationCodeableConcept": concept(code, RXNORM if code.isdigit() else MADE_UP)} | more,
    )  # fmt: skip


def condition(code, *, onset="2026-01-15", clinical="active", category="problem-list-item", verified=None, **more):
    system = CONCERN if category == "health-concern" else CATEGORY
    return resource(
        "Condition", f"c {code}", code=concept(code), onsetDateTime=onset,
        clinicalStatus=concept(clinical, _CLINICAL) if clinical else None,
        category=[concept(category, system)] if category else None,
        verificationStatus=concept(verified, _VERIFIED) if verified else None, **more,
    )  # fmt: skip


def supply(days=None, refills=None, quantity=None, unit=None):
    """A dispense request."""
    given = {
        "expectedSupplyDuration": {"value": days, "code": "d"} if days is not None else None,
        "numberOfRepeatsAllowed": refills,
        "quantity": {"value": quantity} | ({"unit": unit} if unit else {}) if quantity is not None else None,
    }
    return {key: value for key, value in given.items() if value is not None}


@dataclass
class Cohort:
    """Patients' charts as a measure gets them, and what could not be used."""

    charts: dict[str, Chart]
    rejected: list[Rejected]


def cohort_of(*resources):
    """The charts of one Bundle, as they reach a measure that reads everything."""
    charts = {}

    class Keeps:
        def answers(self, chart):
            charts[chart.patient] = chart
            return []

    everything = Measure("all", "", {}, (), {}, {2026: "all"}, lambda **asked: Keeps(), tuple(KINDS.values()))
    asked = Asked(everything, EDITIONS[2026], 2026, ValueSets(), by=tuple(STRATIFIERS.values()))
    found = of_bundle(asked, resources)
    return Cohort(charts, found.measured.rejected)


@dataclass(frozen=True)
class Found:
    """A measure of a file, and the answers by patient."""

    measured: Measured
    answers: dict[str, list[Answer]]

    def text(self, form):
        """The whole report in a form."""
        write = FORMS[form].write
        asked = self.measured.asked
        written = (
            [Written(name, write(asked, name, answers)) for name, answers in self.answers.items()] if write else []
        )
        return "".join(FORMS[form].report(replace(self.measured, written=written)))

    def json(self, form):
        return json.loads(self.text(form))

    @property
    def tally(self):
        return self.measured.tally

    def but(self, **changes):
        """The same with other things measured."""
        return replace(self, measured=replace(self.measured, **changes))


def of_file(asked, path, workers=1):
    """What is measured of a file, kept beyond the temporary files."""
    answers = {}

    def keep(asked, patient, found):
        answers[patient] = list(found)
        return ""

    with measuring(asked, find_source(path), keep, workers) as found:
        assert [item.patient for item in found.written] == sorted(answers)
        kept = replace(
            found, rejected=list(found.rejected), without_birth_date=list(found.without_birth_date), written=()
        )
    return Found(kept, dict(sorted(answers.items())))


def of_bundle(asked, resources):
    """What is measured of these resources, written as one Bundle."""
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bundle.json")
        path.write_text(json.dumps(bundle, default=lambda value: float(value) if isinstance(value, Decimal) else None))
        return of_file(asked, path)


def asked_of(name, *, edition=2026, year=2026, sets=None, by=(), own=None):
    return Asked(MEASURES[name], EDITIONS[edition], year, sets or made_up_sets(), own or {}, tuple(by))


def measured(name, *resources, **asked):
    """A measure of what these resources say."""
    return of_bundle(asked_of(name, **asked), resources)


def counts(name, *resources, **more):
    """By encounter (cms506) or group (cms156): initial population, denominator, exclusion, numerator."""
    answers = [answer for found in measured(name, *resources, **more).answers.values() for answer in found]
    return {
        (answer.encounter if name == "cms506" else answer.group): tuple(answer.counts[key] for key in POPULATIONS)
        for answer in answers
    }
