"""Words of laboratory reports: positive or negative, the method, amounts with their units; nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite

from benzosafe.patient.course import Method, Outcome

_AMOUNT = re.compile(r"(?P<sign>[<>≤≥]=?)?\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>[a-zA-Zµμ°%][^\s,;()]*)?")
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
_NOT_A_WORD = re.compile(r"[^a-z0-9+/-]+")

NG_PER_ML = {
    "ng/ml": 1.0, "ug/l": 1.0, "mcg/l": 1.0, "µg/l": 1.0, "μg/l": 1.0, "ug/ml": 1000.0, "mcg/ml": 1000.0,
    "µg/ml": 1000.0, "μg/ml": 1000.0, "mg/l": 1000.0, "pg/ml": 0.001, "ng/l": 0.001,
}  # fmt: skip
MG_PER_DL = {"mg/dl": 1.0, "g/l": 100.0, "mg/l": 0.1, "mmol/l": 11.312, "umol/l": 0.011312, "µmol/l": 0.011312}
# Creatinine weighs 113.12 g/mol: 1 mmol/L is 11.312 mg/dL.
DEGREES = ("c", "cel", "celsius", "°c", "degc")
FAHRENHEIT = ("f", "[degf]", "fahrenheit", "°f", "degf")

_POSITIVE = (
    "positive", "pos", "+", "detected", "present", "reactive", "found", "presumptive positive", "confirmed positive",
    "positive confirmed", "confirmed", "preliminary positive", "unconfirmed positive", "non-negative", "non negative",
    "above cutoff", "above cut-off", "yes",
)  # fmt: skip
_NEGATIVE = (
    "negative", "neg", "-", "not detected", "nd", "none detected", "absent", "non-reactive", "nonreactive",
    "non reactive", "not present", "not found", "undetected", "below cutoff", "below cut-off", "confirmed negative",
    "presumptive negative", "none found", "no",
)  # fmt: skip
_INVALID = (
    "invalid", "inconclusive", "indeterminate", "equivocal", "adulterated", "substituted", "rejected", "error",
    "insufficient", "qns", "quantity not sufficient", "cancelled", "canceled", "unable to test",
)  # fmt: skip
NOT_GIVEN = ("not tested", "not done", "pending", "unknown", "not known", "?", "not performed", "not measured")
OUTCOMES: dict[str, Outcome] = {
    **dict.fromkeys(_POSITIVE, "positive"), **dict.fromkeys(_NEGATIVE, "negative"),
    **dict.fromkeys(_INVALID, "invalid"), **dict.fromkeys(NOT_GIVEN, ""),
}  # fmt: skip

_SPECTROMETRY = (
    "mass spectrometry", "mass spec", "ms", "lc-ms/ms", "lc/ms/ms", "lc-ms", "lc/ms", "lcms", "lcms/ms", "gc-ms",
    "gc/ms", "gcms", "gc-ms/ms", "uplc-ms/ms", "uhplc-ms/ms", "lc-hrms", "lc-tof", "lc-qtof",
    "tandem mass spectrometry", "liquid chromatography tandem mass spectrometry",
    "liquid chromatography-tandem mass spectrometry",
    "gas chromatography mass spectrometry", "definitive", "confirmation", "confirmatory", "confirmed",
)  # fmt: skip
_IMMUNOASSAY = (
    "immunoassay", "immunological", "eia", "elisa", "emit", "kims", "cedia", "hs-cedia", "heia", "fpia", "clia",
    "screen", "screening", "presumptive", "dipstick", "test strip", "strip", "cup", "point of care", "point-of-care",
    "poct", "poc", "lateral flow", "rapid test", "immunochromatography", "ia",
)  # fmt: skip
METHODS: dict[str, Method] = {
    **dict.fromkeys(_SPECTROMETRY, "mass_spectrometry"), **dict.fromkeys(_IMMUNOASSAY, "immunoassay"),
    "mass_spectrometry": "mass_spectrometry", "unknown": "", "not known": "", "?": "",
}  # fmt: skip
_IN_TEXT = (
    (re.compile(r"mass spec|\b(?:lc|gc|uplc|uhplc)[-/ ]?(?:hr)?ms\b|\bms/ms\b|chromatograph"), "mass_spectrometry"),
    (re.compile(r"immunoassay|\b(?:eia|elisa|emit|kims|cedia|heia|fpia|clia|poct?|cup)\b|\bscreen|dip|strip|"
                r"lateral flow|point.of.care"),
     "immunoassay"),
)  # fmt: skip
_NO_HYDROLYSIS = re.compile(r"\b(?:no|not|without|non)[- ]+(?:\w+[- ]+)?(?:hydroly|glucuronidase)")
_HYDROLYSIS = re.compile(r"hydroly|glucuronidase")


@dataclass(frozen=True)
class Result:
    """A result as written: positive or negative, how much [ng/mL], and a cut-off [ng/mL] it names itself ('<50')."""

    outcome: Outcome = ""
    value_ng_per_ml: float | None = None
    cutoff_ng_per_ml: float | None = None
    stated: bool = False


class NotUnderstood(ValueError):
    """A result, an amount or a unit that cannot be read; says why."""


def plain(text: str) -> str:
    """Lower case with single spaces, as the words here are written."""
    return " ".join(text.strip().lower().replace("_", " ").split())


def amount(text: str, units: dict[str, float]) -> tuple[str, float]:
    """Sign and amount in the wanted unit of '<50 ng/mL'; NotUnderstood says what is missing."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or _THOUSANDS.search(text):
        why = "may be a thousand or a fraction" if _THOUSANDS.search(text) else "is not an amount"
        raise NotUnderstood(f"'{text}' {why}")
    unit = (match["unit"] or "").lower()
    if unit not in units:
        raise NotUnderstood(f"'{text}' has no unit that is known here" if unit else f"'{text}' has no unit")
    value = float(match["number"].replace(",", ".")) * units[unit]
    if not isfinite(value):
        raise NotUnderstood(f"'{text}' is not an amount")
    return (match["sign"] or "").replace("≤", "<=").replace("≥", ">="), value


def result_of(text: str) -> Result:
    """What '120 ng/mL', '<50 ng/mL', 'not detected' or 'positive, 120 ng/mL' says; NotUnderstood otherwise."""
    words = plain(text)
    if words in OUTCOMES:
        return Result(OUTCOMES[words], stated=bool(OUTCOMES[words]))
    found = next((match for match in _AMOUNT.finditer(words) if match["unit"] in NG_PER_ML), None)
    if found is None:
        if words[:1].isdigit() or words.startswith(("<", ">", "≤", "≥")):
            amount(text, NG_PER_ML)  # says what an amount lacks
        raise NotUnderstood(f"'{text}' is no result that is known here")
    if _THOUSANDS.search(text):
        raise NotUnderstood(f"'{text}' may be a thousand or a fraction")
    if words[: found.start()].endswith("-"):
        raise NotUnderstood(f"'{text}' is below nothing")
    sign, value = amount(found[0], NG_PER_ML)
    rest = _NOT_A_WORD.sub(" ", words.replace(found[0], " ")).strip()
    if rest and rest not in OUTCOMES:
        raise NotUnderstood(f"'{text}' is no result that is known here")
    told = OUTCOMES[rest] if rest else ""
    if (sign.startswith("<") and told == "positive") or (sign.startswith(">") and told == "negative"):
        raise NotUnderstood(f"'{text}' contradicts itself")
    if sign.startswith("<"):
        return Result(told or "negative", None, value, stated=True)
    return Result(told or ("positive" if sign.startswith(">") else ""), value, stated=bool(told or sign))


def decided(result: Result, cutoff_ng_per_ml: float | None) -> Outcome:
    """Positive or negative: as stated, else from the amount and the cut-off; NotUnderstood where they contradict."""
    value, cutoff = result.value_ng_per_ml, cutoff_ng_per_ml
    if value is None:
        return result.outcome
    counted: Outcome = "positive" if value > 0 and (cutoff is None or value >= cutoff) else "negative"
    if (
        result.stated
        and result.outcome in ("positive", "negative")
        and cutoff is not None
        and result.outcome != counted
    ):
        raise NotUnderstood(f"{result.outcome}, but {value:g} ng/mL against a cut-off of {cutoff:g} ng/mL")
    return result.outcome or counted


def method_in(text: str) -> Method:
    """The method that a sentence names; empty when it names none or both."""
    words = plain(text)
    if words in METHODS:
        return METHODS[words]
    named = {method for pattern, method in _IN_TEXT if pattern.search(words)}
    return "mass_spectrometry" if named == {"mass_spectrometry"} else "immunoassay" if named == {"immunoassay"} else ""


def hydrolysed_in(text: str) -> bool | None:
    """Whether a sentence says that the sample was hydrolysed; None when it does not speak of it."""
    words = plain(text)
    if _NO_HYDROLYSIS.search(words):
        return False
    return True if _HYDROLYSIS.search(words) else None
