"""A urine test written by hand: one sample with everything that was measured in it, each fault with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NoReturn

from benzosafe.errors import nearest
from benzosafe.patient.course import Assay, Method, Specimen
from benzosafe.patient.handwritten_values import past_day, read_tri
from benzosafe.patient.handwritten_yaml import Item, read_yaml
from benzosafe.patient.specimen_words import (
    DEGREES,
    FAHRENHEIT,
    METHODS,
    MG_PER_DL,
    NG_PER_ML,
    OUTCOMES,
    NotUnderstood,
    Result,
    amount,
    decided,
    plain,
    result_of,
)

KEYS = ("collected_on", "method", "hydrolysis", "cutoff", "results", "creatinine", "temperature", "id", "note")
RESULT_KEYS = ("result", "value", "method", "cutoff", "hydrolysis")
_AMOUNTS = "Write an amount with its unit, such as 50 ng/mL (or ug/L, mg/L)."
_WORDS = "Write positive, negative, invalid, not tested, or an amount such as 120 ng/mL."
_MOST_DEGREES_CELSIUS = 100.0


def read_specimens(text: str, name: str, on: date) -> tuple[Specimen, ...]:
    """The urine samples of a file: one, or a list of them; raises InputRefused naming the line."""
    root = read_yaml(text, name)
    entries = (root,) if root.fields is not None else root.items or ()
    if not entries:
        root.place.refuse("holds no urine test.", "Start with 'collected_on:' and 'results:'.")
    names = [f"sample {number}" if len(entries) > 1 else "" for number in range(1, len(entries) + 1)]
    return tuple(read_specimen(entry, on, name) for entry, name in zip(entries, names, strict=True))


def read_specimen(item: Item, on: date, name: str = "") -> Specimen:
    """One urine sample; the day it was collected may be missing, but cannot lie after the review date."""
    fields = item.mapping("a urine test", KEYS)
    if "results" not in fields:
        item.place.refuse("a urine test without 'results'.", f"Known keys: {', '.join(KEYS)}.")
    day = past_day(fields["collected_on"], "collected_on", on) if "collected_on" in fields else None
    if day and day.precision != "day":
        fields["collected_on"].place.refuse("'collected_on' needs the day.", "Write it as 2026-11-24, or leave it out.")
    collected = day.first if day else None
    return Specimen(
        specimen_id=fields["id"].word("id") if "id" in fields else name or (f"{collected}" if collected else "undated"),
        collected_on=collected, assays=_assays(fields), creatinine_mg_per_dl=_creatinine(fields.get("creatinine")),
        temperature_celsius=_temperature(fields.get("temperature")),
        note=fields["note"].word("note") if "note" in fields else "",
    )  # fmt: skip


def _assays(fields: dict[str, Item]) -> tuple[Assay, ...]:
    given = fields["results"]
    if given.fields is None:
        given.place.refuse("'results' must name what was measured.", "Write such as: results: {clonazepam: negative}.")
    if not given.fields:
        given.place.refuse("'results' names nothing.", "Write such as: results: {clonazepam: negative}.")
    return tuple(_assay(name, item, fields) for name, item in given.fields.items())


def _assay(name: str, item: Item, whole: dict[str, Item]) -> Assay:
    """One result; method, hydrolysis and cut-off are those of the sample unless it names its own."""
    if not name.strip():
        item.place.refuse("a result without the name of what was measured.", _WORDS)
    own = {"result": item} if item.fields is None else item.mapping(f"results.{name}", RESULT_KEYS)
    if item.fields is not None and not {"result", "value"} & set(own):
        item.place.refuse(f"'{name}' has no 'result' and no 'value'.", _WORDS)
    said = [_result(own[key], name) for key in ("result", "value") if key in own]
    outcome = next((one for one in said if one.stated), said[0])
    measured = next((one for one in said if one.value_ng_per_ml is not None), outcome)
    limit = next((one.cutoff_ng_per_ml for one in said if one.cutoff_ng_per_ml is not None), None)
    cutoff = _cutoff(own.get("cutoff") or (whole.get("cutoff") if limit is None else None)) or limit
    told = replace(outcome, value_ng_per_ml=measured.value_ng_per_ml)
    try:
        verdict = decided(told, cutoff)
    except NotUnderstood as error:
        item.place.refuse(f"'{name}' contradicts itself: {error}.", "Check both against the report.")
    return Assay(
        name.strip(), _method(own.get("method") or whole.get("method")), verdict, told.value_ng_per_ml, cutoff,
        _hydrolysed(own.get("hydrolysis") or whole.get("hydrolysis")),
    )  # fmt: skip


def _result(item: Item, name: str) -> Result:
    try:
        return result_of(item.word(name))
    except NotUnderstood as error:
        hint = nearest(plain(item.word(name)), OUTCOMES)
        item.place.refuse(f"'{name}': {error}.{hint}", _WORDS)


def _cutoff(item: Item | None) -> float | None:
    if item is None:
        return None
    sign, value = _amount(item, "cutoff", NG_PER_ML, _AMOUNTS)
    if sign or value <= 0:
        item.place.refuse(f"'{item.text}' in 'cutoff' is not a cut-off.", _AMOUNTS)
    return value


def _amount(item: Item, key: str, units: dict[str, float], step: str) -> tuple[str, float]:
    try:
        return amount(item.word(key), units)
    except NotUnderstood as error:
        item.place.refuse(f"{error} ('{key}').", step)


def _method(item: Item | None) -> Method:
    if item is None:
        return ""
    word = plain(item.word("method"))
    if word not in METHODS:
        _refuse_method(item, word)
    return METHODS[word]


def _refuse_method(item: Item, word: str) -> NoReturn:
    item.place.refuse(
        f"'{word}' in 'method' is not known.{nearest(word, METHODS)}",
        "Write immunoassay, mass spectrometry or unknown.",
    )


def _hydrolysed(item: Item | None) -> bool | None:
    return read_tri(item, "hydrolysis") if item is not None else None


def _creatinine(item: Item | None) -> float | None:
    """Creatinine of the urine [mg/dL]; a bare number is refused, because 8 may be mg/dL or mmol/L."""
    if item is None:
        return None
    step = "Write it with its unit, such as 95 mg/dL or 8.4 mmol/L."
    sign, value = _amount(item, "creatinine", MG_PER_DL, step)
    return _below(value, sign) if sign.startswith("<") else value


def _below(value: float, sign: str) -> float:
    """A value just below a limit, so that '<20' is not read as 20."""
    return value if sign == "<=" else value * (1 - 1e-9)


def _temperature(item: Item | None) -> float | None:
    """Temperature of the sample within four minutes [degrees Celsius]; a bare number is refused."""
    if item is None:
        return None
    step = "Write it as 34 C or 94 F."
    _, value = _amount(item, "temperature", dict.fromkeys((*DEGREES, *FAHRENHEIT), 1.0), step)
    unit = (item.text or "").strip().lower()
    celsius = (value - 32) / 1.8 if unit.endswith(FAHRENHEIT) else value
    if not 0 <= celsius < _MOST_DEGREES_CELSIUS:
        item.place.refuse(f"'{item.text}' in 'temperature' is no temperature of urine.", step)
    return round(celsius, 2)
