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


class CodeableReference(CodeableConcept):
    """A concept as R4 writes it, or R5's pair of a concept and a reference; its concept is read either way."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None

    def __post_init__(self) -> None:
        if self.concept is not None:
            self.coding, self.text = self.concept.coding, self.concept.text


class Annotation(Element):
    """A remark."""

    text: str | None = None


class Performer(Element):
    """Who did it."""

    actor: Reference | None = None


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


class Restriction(Element):
    """Within which time a task is to be done."""

    period: Period | None = None


class Meta(Element):
    """Which version of a resource it is."""

    last_updated: str | None = None
    version_id: str | None = None
    source: str | None = None


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
    max_dose_per_period: Ratio | list[Ratio | None] | None = None
    as_needed: bool | None = None
    as_needed_for: list[CodeableConcept | None] | None = None

    def __post_init__(self) -> None:
        """R5 says `asNeeded` and `asNeededFor`."""
        purposes = present(self.as_needed_for)
        if self.as_needed_boolean is None:
            self.as_needed_boolean = self.as_needed
        if self.as_needed_codeable_concept is None and purposes:
            self.as_needed_codeable_concept = purposes[0]


class Ingredient(Element):
    """What a product holds."""

    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None
    strength: Ratio | None = None
    is_active: bool | None = None
    item: CodeableReference | None = None
    strength_ratio: Ratio | None = None
    strength_quantity: Quantity | None = None

    def __post_init__(self) -> None:
        """R5 says `item` and `strengthRatio` or `strengthQuantity`."""
        if self.item is not None:
            self.item_reference = self.item_reference or self.item.reference
            if self.item.concept is not None:
                self.item_codeable_concept = self.item_codeable_concept or self.item.concept
        if self.strength is None:
            whole = Ratio(numerator=self.strength_quantity) if self.strength_quantity else None
            self.strength = self.strength_ratio or whole


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


class EncounterReason(Element):
    """Why a visit was made, in R5."""

    value: list[CodeableReference | None] | None = None


class Adherence(Element):
    """Whether a medicine is taken, in R5."""

    code: CodeableConcept | None = None


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
