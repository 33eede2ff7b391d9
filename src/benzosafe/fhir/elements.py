"""The data types of FHIR R4 as narrow structures: unknown fields are ignored, every field may be missing.

Numbers are Decimal, so that 0.10 stays 0.10. Lists may hold nulls, as JSON of primitive extensions does.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")


class Element(Struct, rename="camel", gc=False, kw_only=True):
    """What all parts share: camel-case names outside, snake-case inside."""


class Coding(Element):
    """A code of a terminology."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element):
    """Codes and a text that mean one thing."""

    coding: list[Coding | None] | None = None
    text: str | None = None


class Reference(Element):
    """A pointer to another resource."""

    reference: str | None = None
    display: str | None = None


class Quantity(Element):
    """A number with its unit."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Element):
    """A quantity between two limits."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Element):
    """One quantity in another, such as 5 mg in 1 mL."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Element):
    """From a day to a day."""

    start: str | None = None
    end: str | None = None


class Meta(Element):
    """Which version of a resource it is."""

    last_updated: str | None = None
    version_id: str | None = None


class Repeat(Element):
    """How often, and from when to when."""

    bounds_duration: Quantity | None = None
    bounds_range: Range | None = None
    bounds_period: Period | None = None
    count: Decimal | None = None
    frequency: Decimal | None = None
    frequency_max: Decimal | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    day_of_week: list[str | None] | None = None
    time_of_day: list[str | None] | None = None
    when: list[str | None] | None = None


class Timing(Element):
    """When a dose is taken."""

    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Element):
    """How much is taken, or how fast it runs."""

    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    rate_ratio: Ratio | None = None
    rate_quantity: Quantity | None = None


class Dosage(Element):
    """How a medicine is taken."""

    sequence: int | None = None
    text: str | None = None
    patient_instruction: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    route: CodeableConcept | None = None
    dose_and_rate: list[DoseAndRate | None] | None = None
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    dose: Quantity | None = None
    max_dose_per_period: Ratio | None = None


class Ingredient(Element):
    """What a product holds."""

    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None
    strength: Ratio | None = None
    is_active: bool | None = None


class DispenseRequest(Element):
    """What may be handed out, and how often."""

    validity_period: Period | None = None
    number_of_repeats_allowed: Decimal | None = None
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None


class PatientLink(Element):
    """Another record of the same person."""

    other: Reference | None = None


class Reaction(Element):
    """What happened, and to which substance."""

    substance: CodeableConcept | None = None


class Measured(Element):
    """A code with its value, as in an Observation and in each of its components."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_integer: Decimal | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None


class Hospitalization(Element):
    """How a hospital stay ended."""

    discharge_disposition: CodeableConcept | None = None


class Section(Element):
    """A part of a document."""

    code: CodeableConcept | None = None
    empty_reason: CodeableConcept | None = None


def present(items: Sequence[T | None] | None) -> list[T]:
    """The items that are there, without nulls."""
    return [item for item in items or () if item is not None]


def codings(concept: CodeableConcept | None) -> list[Coding]:
    """The codes of a coded field."""
    return present(concept.coding) if concept else []
