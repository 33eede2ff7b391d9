"""What stops a first dose that a source has a number for, or takes back one that was computed."""

from __future__ import annotations

from collections.abc import Iterable

from benzosafe.dosing.person import Patient
from benzosafe.knowledge.dosing_model import Regimen
from benzosafe.review.condition import compile_condition
from benzosafe.review.finding import Finding

_LIVER_FAILURE = "liver_failure"


def no_dose_in_liver_failure(regimen: Regimen, patient: Patient) -> bool | None:
    """Whether the person has liver failure and the source says nothing of it; None where the first is not known."""
    read = (compile_condition(change.when, dict.fromkeys(change.thresholds, 0.0)) for change in regimen.adjustments)
    if any(_LIVER_FAILURE in condition.names for condition in read):
        return False
    return patient.frame.truth(_LIVER_FAILURE).value(0)


def too_high(findings: Iterable[Finding]) -> Finding | None:
    """What finds the dose too high for this person: of source and review, the review is the last word."""
    return next((finding for finding in findings if finding.rule.rule.dose_too_high), None)


def pregnancy(patient: Patient) -> bool | None:
    """Whether the person is pregnant; None where that is not known and may be."""
    return patient.frame.truth("pregnant").value(0)
