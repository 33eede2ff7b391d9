"""The parts of FHIR R4 that are read, as narrow structures: unknown fields are ignored, every field may be missing.

Numbers are Decimal, so that 0.10 stays 0.10. Lists may hold nulls, as JSON of primitive extensions does.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Element(Struct, rename="camel", gc=False, kw_only=True):
    """What all parts share: camel-case names outside, snake-case inside."""


class Coding(Element):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element):
    coding: list[Coding | None] | None = None
    text: str | None = None


class Reference(Element):
    reference: str | None = None
    display: str | None = None


class Quantity(Element):
    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Element):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Element):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Element):
    start: str | None = None
    end: str | None = None


class Meta(Element):
    last_updated: str | None = None
    version_id: str | None = None


class Repeat(Element):
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
    event: list[str | None] | None = None
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Element):
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    rate_ratio: Ratio | None = None
    rate_quantity: Quantity | None = None


class Dosage(Element):
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


class Resource(Struct, rename="camel", kw_only=True):
    """What all resources share; `subject` and `patient` say whom it is about."""

    resource_type: str | None = None
    id: str | None = None
    meta: Meta | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    status: str | None = None


class Ingredient(Element):
    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None
    strength: Ratio | None = None
    is_active: bool | None = None


class Medication(Resource):
    code: CodeableConcept | None = None
    form: CodeableConcept | None = None
    ingredient: list[Ingredient | None] | None = None


class Medicinal(Resource):
    """What the four kinds of medication record share."""

    contained: Any = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    reason_code: list[CodeableConcept | None] | None = None
    reason_reference: list[Reference | None] | None = None
    based_on: list[Reference | None] | None = None


class DispenseRequest(Element):
    validity_period: Period | None = None
    number_of_repeats_allowed: Decimal | None = None
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None


class MedicationRequest(Medicinal):
    intent: str | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    authored_on: str | None = None
    dosage_instruction: list[Dosage | None] | None = None
    dispense_request: DispenseRequest | None = None


class MedicationStatement(Medicinal):
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: list[Dosage | None] | None = None
    derived_from: list[Reference | None] | None = None


class MedicationAdministration(Medicinal):
    effective_date_time: str | None = None
    effective_period: Period | None = None
    request: Reference | None = None
    dosage: Dosage | None = None


class MedicationDispense(Medicinal):
    authorizing_prescription: list[Reference | None] | None = None
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: list[Dosage | None] | None = None


class PatientLink(Element):
    other: Reference | None = None


class Patient(Resource):
    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    link: list[PatientLink | None] | None = None


class Condition(Resource):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    abatement_boolean: bool | None = None
    recorded_date: str | None = None


class Reaction(Element):
    substance: CodeableConcept | None = None


class AllergyIntolerance(Resource):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept | None = None
    reaction: list[Reaction | None] | None = None


class Measured(Element):
    """A code with its value, as in an Observation and in each of its components."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_integer: Decimal | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None


class Observation(Resource):
    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_integer: Decimal | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    component: list[Measured | None] | None = None


class Hospitalization(Element):
    discharge_disposition: CodeableConcept | None = None


class Encounter(Resource):
    class_: Coding | None = None
    type: list[CodeableConcept | None] | None = None
    service_type: CodeableConcept | None = None
    reason_code: list[CodeableConcept | None] | None = None
    period: Period | None = None
    hospitalization: Hospitalization | None = None


class Procedure(Resource):
    """A procedure done, or (ServiceRequest) a service ordered."""

    code: CodeableConcept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    authored_on: str | None = None
    do_not_perform: bool | None = None


class ListResource(Resource):
    """A List: what it is a list of, and why it is empty if it is."""

    code: CodeableConcept | None = None
    empty_reason: CodeableConcept | None = None


class Section(Element):
    code: CodeableConcept | None = None
    empty_reason: CodeableConcept | None = None


class Composition(Resource):
    section: list[Section | None] | None = None


def present(items: Sequence[T | None] | None) -> list[T]:
    """The items that are there, without nulls."""
    return [item for item in items or () if item is not None]
