"""People to be dosed, and proposals for them from the real knowledge."""

from __future__ import annotations

from datetime import date

from benzosafe.dosing.person import Patient, asked_for
from benzosafe.dosing.propose import propose
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.taper.catalogue import countries_of, marketed

ON = date(2026, 11, 24)


def patient(knowledge, *, born="1986-03-04", sex="female", weight=61, medicines=(), conditions=(), more=""):
    """A record by hand; None leaves a key out."""
    person = {"id": "p", "born": born, "sex": sex, "weight_kg": weight}
    given = ", ".join(f"{key}: {value}" for key, value in person.items() if value is not None)
    lines = [f"patient: {{{given}}}"]
    if medicines is not None:
        lines += ["medicines:", *(f"  - {line}" for line in medicines)] if medicines else ["medicines: none"]
    if conditions is not None:
        lines.append(f"conditions: [{', '.join(conditions)}]" if conditions else "conditions: none")
    return Patient(read_handwritten("\n".join([*lines, more]), "p.yaml", knowledge, ON), knowledge, ON)


def proposal(knowledge, drug, reason, who, *, country="US", products=None, **asked):
    """What is proposed, from the country's products unless some are given."""
    question = asked_for(knowledge, drug, reason, country, **asked)
    if products is None:
        known = question.route == "oral" and country in countries_of(knowledge, question.drug)
        products = marketed(knowledge, question.drug, country) if known else None
    return propose(question, who, products)


def day_ug(found):
    """Micrograms of the first day; None where no dose is computed."""
    return found.plan.rungs[0].day_ug if found.plan and found.plan.rungs else None
