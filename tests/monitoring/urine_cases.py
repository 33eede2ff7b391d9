"""People and urine samples of the tests: short to write, so that a case is read at a glance."""

from __future__ import annotations

from datetime import date, timedelta

from benzosafe.monitoring.urine import interpret
from benzosafe.patient.course import Assay, Course, Specimen
from benzosafe.patient.tables import Coverage, Order, Record

ON = date(2026, 11, 24)
COLLECTED = date(2026, 11, 20)
_SIGNS = {"+": "positive", "-": "negative", "x": "invalid", "?": ""}
_METHODS = {"screen": "immunoassay", "ms": "mass_spectrometry", "?": ""}


def taking(drug, **more):
    """A medicine taken every day since the beginning of the year."""
    plain = {"prn": False, "active": True, "start_on": date(2026, 1, 1), "status": "active", "source": "handwritten"}
    return Order(drug, **{"text": f"{drug} daily", "ingredient": drug, **plain, **more})


def ended(drug, days_before):
    """A medicine that ended so many days before the sample."""
    return taking(drug, active=False, status="stopped", end_on=COLLECTED - timedelta(days=days_before))


def person(*orders, known=True, stays=()):
    """Somebody with these medicines; `known`: whether the list is complete."""
    return Record("p", orders=tuple(orders), coverage=Coverage(orders=known), course=Course(stays=tuple(stays)))


def assay(text):
    """'ms 7-aminoclonazepam - @5 h': method, name, sign, amount [ng/mL], @cut-off [ng/mL], h or nh."""
    method, *words = text.split()
    place = next(number for number, word in enumerate(words) if word in _SIGNS)
    rest = words[place + 1 :]
    cutoff = next((float(word[1:]) for word in rest if word.startswith("@")), None)
    value = next((float(word) for word in rest if word[0].isdigit()), None)
    hydrolysed = True if "h" in rest else False if "nh" in rest else None
    return Assay(" ".join(words[:place]), _METHODS[method], _SIGNS[words[place]], value, cutoff, hydrolysed)


def urine(*results, collected=COLLECTED, creatinine=95.0, temperature=34.0):
    """A sample with these results."""
    return Specimen("s", collected, tuple(assay(result) for result in results), creatinine, temperature)


def verdicts(reading):
    """Drug or substance, method and verdict of each result."""
    return {(one.about, one.method): one.verdict for one in reading.judged}


def read(knowledge, orders, *results, on=ON, known=True, stays=(), **sample):
    """A reading of these results beside these medicines."""
    return interpret(person(*orders, known=known, stays=stays), urine(*results, **sample), knowledge, on)
