"""The resources of FHIR R4 that are read, as narrow structures: only the fields used, each of which may be missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct

from benzosafe.fhir.elements import (
    CodeableConcept,
    Coding,
    DispenseRequest,
    Dosage,
    Hospitalization,
    Ingredient,
    Measured,
    Meta,
    PatientLink,
    Period,
    Quantity,
    Reaction,
    Reference,
    Section,
)


class Resource(Struct, rename="camel", kw_only=True):
    """What all resources share; `subject` and `patient` say whom it is about."""

    resource_type: str | None = None
    id: str | None = None
    meta: Meta | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    status: str | None = None


class Medication(Resource):
    """A product."""

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


class MedicationRequest(Medicinal):
    """A prescription or order."""

    intent: str | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    authored_on: str | None = None
    dosage_instruction: list[Dosage | None] | None = None
    dispense_request: DispenseRequest | None = None


class MedicationStatement(Medicinal):
    """What somebody says is taken."""

    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: list[Dosage | None] | None = None
    derived_from: list[Reference | None] | None = None


class MedicationAdministration(Medicinal):
    """A dose given."""

    effective_date_time: str | None = None
    effective_period: Period | None = None
    request: Reference | None = None
    dosage: Dosage | None = None


class MedicationDispense(Medicinal):
    """A supply handed out."""

    authorizing_prescription: list[Reference | None] | None = None
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: list[Dosage | None] | None = None


class Patient(Resource):
    """The person."""

    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    link: list[PatientLink | None] | None = None


class Condition(Resource):
    """A problem or diagnosis."""

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


class AllergyIntolerance(Resource):
    """An allergy or intolerance."""

    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept | None = None
    reaction: list[Reaction | None] | None = None


class Observation(Resource):
    """A measurement, score or finding."""

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


class Encounter(Resource):
    """A visit or stay."""

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


class Composition(Resource):
    """The contents of a document."""

    section: list[Section | None] | None = None
