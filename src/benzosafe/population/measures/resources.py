"""What the measures read of each FHIR resource, and nothing else: a fault in another field costs nothing."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from benzosafe.fhir.elements import (
    CodeableConcept,
    DispenseRequest,
    DoseAndRate,
    Element,
    Hospitalization,
    Period,
    Quantity,
    Range,
    Reference,
    Timing,
)


class Read(Element, tag_field="resourceType"):
    """What all of them share; whose it is has been read before."""

    id: str | None = None
    status: str | None = None


class Person(Read, tag="Patient"):
    """A Patient: the measures ask for the birth date, stratifiers for the rest; extensions stay unread till then."""

    birth_date: str | None = None
    gender: str | None = None
    extension: Raw = Raw()


class Drug(Read, tag="Medication"):
    """A Medication."""

    code: CodeableConcept | None = None


class Diagnosis(Element):
    """A diagnosis of an encounter."""

    condition: Reference | None = None


class Visit(Read, tag="Encounter"):
    """An Encounter."""

    type: list[CodeableConcept] | None = None
    period: Period | None = None
    reason_code: list[CodeableConcept] | None = None
    reason_reference: list[Reference] | None = None
    diagnosis: list[Diagnosis] | None = None
    hospitalization: Hospitalization | None = None


class Directions(Element):
    """How a medicine is taken."""

    timing: Timing | None = None
    route: CodeableConcept | None = None
    dose_and_rate: list[DoseAndRate | None] | None = None


class Medicinal(Read):
    """What names a medicine, in a code, by reference, or in a Medication it contains."""

    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    dosage_instruction: list[Directions] | None = None
    contained: list[Raw] | None = None


class Request(Medicinal, tag="MedicationRequest"):
    """A MedicationRequest."""

    intent: str | None = None
    do_not_perform: bool | None = None
    category: list[CodeableConcept] | None = None
    authored_on: str | None = None
    dispense_request: DispenseRequest | None = None


class Dispense(Medicinal, tag="MedicationDispense"):
    """A MedicationDispense, or a pharmacy claim written as one."""

    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None


class Problem(Read, tag="Condition"):
    """A Condition."""

    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    category: list[CodeableConcept] | None = None
    code: CodeableConcept | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    onset_range: Range | None = None
    abatement_date_time: str | None = None
    abatement_period: Period | None = None
    abatement_age: Quantity | None = None
    abatement_range: Range | None = None


class Done(Read, tag="Procedure"):
    """A Procedure."""

    code: CodeableConcept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None


class Referral(Read, tag="ServiceRequest"):
    """A ServiceRequest."""

    intent: str | None = None
    do_not_perform: bool | None = None
    code: CodeableConcept | None = None
    authored_on: str | None = None


class Observed(Read, tag="Observation"):
    """An Observation."""

    category: list[CodeableConcept] | None = None
    code: CodeableConcept | None = None
    value_codeable_concept: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Period | None = None


def kind_of(read: type[Read]) -> str:
    """The kind of resource that is read so."""
    return str(read.__struct_config__.tag)


KINDS: dict[str, type[Read]] = {
    kind_of(read): read for read in (Person, Drug, Visit, Request, Dispense, Problem, Done, Referral, Observed)
}
"""Every kind that any measure reads."""

DECODERS = {kind: msgspec.json.Decoder(read) for kind, read in KINDS.items()}
