"""What one laboratory result says: name, positive or negative, amount, cut-off, method; contradictions are listed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benzosafe.fhir.elements import Quantity, present
from benzosafe.fhir.reading import codes_of, number, text_of, unit_of
from benzosafe.fhir.specimen_elements import LabObservation, Part
from benzosafe.knowledge.concepts import LOINC
from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.urine_names import coded
from benzosafe.patient.course import Method, Outcome
from benzosafe.patient.specimen_words import (
    DEGREES,
    FAHRENHEIT,
    MG_PER_DL,
    NG_PER_ML,
    NotUnderstood,
    Result,
    decided,
    hydrolysed_in,
    method_in,
    result_of,
)

# Answer codes of SNOMED CT, LOINC and HL7 (recalled) that labs use for present and absent.
_ANSWERS: dict[str, Outcome] = {
    **dict.fromkeys(("10828004", "260373001", "52101004", "LA6576-8", "LA11882-0", "POS", "DET"), "positive"),
    **dict.fromkeys(("260385009", "260415000", "2667000", "LA6577-6", "LA11883-8", "NEG", "ND"), "negative"),
    **dict.fromkeys(("419984006", "82334004", "IND", "LA11884-6", "LA15841-2"), "invalid"),
}
_CREATININE = ("2161-8", "14683-7", "20624-3")
_CUTOFF = re.compile(r"cut-?\s?off\D{0,20}(?P<amount>\d+(?:\.\d+)?\s*(?:ng/ml|ug/l|mcg/l|µg/l))")
_LIMIT = re.compile(r"\s*<\s*(?P<amount>\d+(?:\.\d+)?\s*(?:ng/ml|ug/l|mcg/l|µg/l))\s*")


@dataclass(frozen=True)
class Value:
    """A result as far as it could be read, and what could not."""

    outcome: Outcome
    value_ng_per_ml: float | None
    cutoff_ng_per_ml: float | None
    method: Method
    hydrolysed: bool | None
    problems: tuple[str, ...]


def name_of(part: Part, knowledge: Knowledge) -> str:
    """What was measured: by a LOINC code that is known here, else in the words of the report."""
    known = _coded(part, knowledge)
    if known is not None:
        return known[0]
    if any(code in _CREATININE for _, code in codes_of(part.code)):
        return "creatinine"
    return text_of(part.code) or next((code for _, code in codes_of(part.code)), "")


def _coded(part: Part, knowledge: Knowledge) -> tuple[str, Method] | None:
    found = (coded(code, knowledge) for system, code in codes_of(part.code) if system in (LOINC, ""))
    return next((one for one in found if one is not None), None)


def value_of(part: Part, body: LabObservation, knowledge: Knowledge) -> Value:
    """The result with its cut-off and method; what contradicts itself has no outcome."""
    problems: list[str] = []
    told = _results(part, problems)
    cutoff = _cutoff(part, body)
    cutoff = cutoff if cutoff is not None else next((r.cutoff_ng_per_ml for r in told if r.cutoff_ng_per_ml), None)
    stated = {result.outcome for result in told if result.stated and result.outcome}
    amount = next((r.value_ng_per_ml for r in told if r.value_ng_per_ml is not None), None)
    outcome: Outcome = ""
    if len(stated) > 1:
        problems.append(f"said to be {' and '.join(sorted(stated))} at once")
    else:
        try:
            one: Outcome = next(iter(stated), "")
            outcome = decided(Result(one, amount, None, stated=bool(stated)), cutoff)
        except NotUnderstood as error:
            problems.append(str(error))
    if not outcome and not problems:
        problems.append("no result is given")
    known = _coded(part, knowledge)
    words = " ".join((text_of(body.method), body.remarks))
    method = method_in(text_of(body.method)) or (known[1] if known else "") or method_in(body.remarks)
    return Value(outcome, amount, cutoff, method, hydrolysed_in(words), tuple(problems))


def _results(part: Part, problems: list[str]) -> list[Result]:
    """Everything that a result says of itself: amount, words, codes, interpretation."""
    found: list[Result] = []
    if part.value_quantity is not None:
        found += _measured(part.value_quantity, problems)
    if part.value_boolean is not None:
        found.append(Result("positive" if part.value_boolean else "negative", stated=True))
    codes = [code for _, code in codes_of(part.value_codeable_concept)]
    for concept in present(part.interpretation):
        codes += [code for _, code in codes_of(concept)]
    answers = [_ANSWERS[code] for code in codes if code in _ANSWERS]
    found += [Result(answer, stated=True) for answer in answers]
    text = (part.value_string or text_of(part.value_codeable_concept)).strip()
    if text:
        try:
            found.append(result_of(text))
        except NotUnderstood as error:
            if not answers:
                problems.append(str(error))
    return found


def _measured(quantity: Quantity, problems: list[str]) -> list[Result]:
    value, unit = number(quantity.value), unit_of(quantity)
    if value is None:
        return []
    if unit.lower() not in NG_PER_ML or value < 0:
        problems.append(f"'{value:g} {unit}' is no amount in ng/mL that can be read")
        return []
    amount = value * NG_PER_ML[unit.lower()]
    sign = quantity.comparator or ""
    if sign.startswith("<"):
        return [Result("negative", None, amount, stated=True)]
    return [Result("positive" if sign.startswith(">") else "", amount, stated=sign.startswith(">"))]


def _cutoff(part: Part, body: LabObservation) -> float | None:
    """The cut-off [ng/mL] as a reference range or a remark names it."""
    for limits in present(part.reference_range):
        high = limits.high
        alone = limits.low is None or not limits.low.value
        value = number(high.value) if high and alone else None
        if high and value and unit_of(high).lower() in NG_PER_ML:
            return value * NG_PER_ML[unit_of(high).lower()]
        written = _LIMIT.fullmatch((limits.text or "").lower()) or _CUTOFF.search((limits.text or "").lower())
        if written:
            return result_of(written["amount"]).value_ng_per_ml
    beside = _CUTOFF.search(" ".join((body.remarks, text_of(body.method))).lower())
    return result_of(beside["amount"]).value_ng_per_ml if beside else None


def creatinine_of(part: Part) -> float | None:
    """Creatinine of the urine [mg/dL]; None where it cannot be read."""
    quantity = part.value_quantity
    value = number(quantity.value) if quantity else None
    factor = MG_PER_DL.get(unit_of(quantity).lower()) if quantity else None
    return None if value is None or factor is None or value < 0 else value * factor


def celsius_of(part: Part) -> float | None:
    """Temperature of the sample [degrees Celsius]; None where it cannot be read."""
    quantity = part.value_quantity
    value = number(quantity.value) if quantity else None
    unit = unit_of(quantity).lower() if quantity else ""
    if value is None or unit not in (*DEGREES, *FAHRENHEIT):
        return None
    return round((value - 32) / 1.8, 2) if unit in FAHRENHEIT else value
