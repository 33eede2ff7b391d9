"""The resources that are read, of R4 with R5's other names: only the fields used, each of which may be missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct

from benzosafe.fhir.elements import (
    Adherence,
    Annotation,
    CodeableConcept,
    CodeableReference,
    Coding,
    DispenseRequest,
    Dosage,
    EncounterReason,
    Hospitalization,
    Ingredient,
    Measured,
    Meta,
    PatientLink,
    Performer,
    Period,
    Quantity,
    Reaction,
    Reference,
    Restriction,
    Section,
    codings,
    present,
)

_RECORDED = "recorded"
_STATUS_OF_ADHERENCE = {"taking": "active", "not-taking": "not-taken", "on-hold": "on-hold", "stopped": "stopped"}
_STATUS_OF_ENCOUNTER = {
    "completed": "finished", "discharged": "finished", "discontinued": "finished", "on-hold": "onleave",
}  # fmt: skip


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
    dose_form: CodeableConcept | None = None
    ingredient: list[Ingredient | None] | None = None

    def __post_init__(self) -> None:
        self.form = self.form or self.dose_form


class Medicinal(Resource):
    """What the four kinds of medication record share."""

    contained: Any = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    reason_code: list[CodeableConcept | None] | None = None
    reason_reference: list[Reference | None] | None = None
    based_on: list[Reference | None] | None = None
    medication: CodeableReference | None = None
    reason: list[CodeableReference | None] | None = None

    def __post_init__(self) -> None:
        """R5 says `medication` and `reason`, each a concept or a reference."""
        if self.medication is not None:
            self.medication_codeable_concept = self.medication_codeable_concept or self.medication.concept
            self.medication_reference = self.medication_reference or self.medication.reference
        if self.reason:
            reasons = present(self.reason)
            self.reason_code = [*(self.reason_code or ()), *(item.concept for item in reasons)]
            self.reason_reference = [*(self.reason_reference or ()), *(item.reference for item in reasons)]


class MedicationRequest(Medicinal):
    """A prescription or order."""

    intent: str | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    reported: bool | None = None
    authored_on: str | None = None
    dosage_instruction: list[Dosage | None] | None = None
    dispense_request: DispenseRequest | None = None
    requester: Reference | None = None

    def __post_init__(self) -> None:
        Medicinal.__post_init__(self)
        self.reported_boolean = self.reported if self.reported_boolean is None else self.reported_boolean


class MedicationStatement(Medicinal):
    """What somebody says is taken."""

    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: list[Dosage | None] | None = None
    derived_from: list[Reference | None] | None = None
    adherence: Adherence | None = None

    def __post_init__(self) -> None:
        Medicinal.__post_init__(self)
        if self.status == _RECORDED:
            self.status = _status_of(self)


def _status_of(body: MedicationStatement) -> str:
    """R5 tells by `adherence` whether it is taken, and else by a period that began and has no end.

    A statement that says neither stays 'recorded', so that whether it is taken is not known.
    """
    said = {coding.code for coding in codings(body.adherence.code if body.adherence else None)}
    found = {
        status for start, status in _STATUS_OF_ADHERENCE.items() if any((code or "").startswith(start) for code in said)
    }
    if found or said:
        return found.pop() if len(found) == 1 else _RECORDED
    period = body.effective_period
    return "active" if period and period.start and not period.end else _RECORDED


class MedicationAdministration(Medicinal):
    """A dose given."""

    effective_date_time: str | None = None
    effective_period: Period | None = None
    request: Reference | None = None
    dosage: Dosage | None = None
    occurence_date_time: str | None = None
    occurence_period: Period | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None

    def __post_init__(self) -> None:
        """R5 spells it `occurence`; both spellings are read."""
        Medicinal.__post_init__(self)
        self.effective_date_time = self.effective_date_time or self.occurence_date_time or self.occurrence_date_time
        self.effective_period = self.effective_period or self.occurence_period or self.occurrence_period


class MedicationDispense(Medicinal):
    """A supply handed out."""

    authorizing_prescription: list[Reference | None] | None = None
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: list[Dosage | None] | None = None
    performer: list[Performer | None] | None = None
    location: Reference | None = None
    note: list[Annotation | None] | None = None


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

    class_: Coding | list[CodeableConcept | None] | None = None
    type: list[CodeableConcept | None] | None = None
    service_type: CodeableReference | list[CodeableReference | None] | None = None
    reason_code: list[CodeableConcept | None] | None = None
    period: Period | None = None
    hospitalization: Hospitalization | None = None
    actual_period: Period | None = None
    admission: Hospitalization | None = None
    reason: list[EncounterReason | None] | None = None

    def __post_init__(self) -> None:
        """R5 has other names, and lists where R4 has one."""
        self.period = self.period or self.actual_period
        self.hospitalization = self.hospitalization or self.admission
        self.status = _STATUS_OF_ENCOUNTER.get(self.status or "", self.status)
        if self.reason:
            values = [value for reason in present(self.reason) for value in present(reason.value)]
            self.reason_code = [*(self.reason_code or ()), *(value.concept for value in values)]

    @property
    def classes(self) -> set[str]:
        """The codes of its class."""
        given = self.class_
        found = [given] if isinstance(given, Coding) else [code for item in present(given) for code in codings(item)]
        return {coding.code for coding in found if coding.code}

    @property
    def services(self) -> list[CodeableReference]:
        """What kinds of service it is."""
        given = self.service_type
        return present(given if isinstance(given, list) else [given])


class Procedure(Resource):
    """A procedure done, or (ServiceRequest) a service ordered."""

    code: CodeableReference | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    authored_on: str | None = None
    do_not_perform: bool | None = None


class Task(Resource):
    """Something to be done; `for` says for whom."""

    for_: Reference | None = None
    code: CodeableConcept | None = None
    description: str | None = None
    authored_on: str | None = None
    last_modified: str | None = None
    owner: Reference | None = None
    execution_period: Period | None = None
    restriction: Restriction | None = None

    def __post_init__(self) -> None:
        self.subject = self.subject or self.for_


class ListResource(Resource):
    """A List: what it is a list of, and why it is empty if it is."""

    code: CodeableConcept | None = None
    empty_reason: CodeableConcept | None = None


class Composition(Resource):
    """The contents of a document."""

    section: list[Section | None] | None = None
