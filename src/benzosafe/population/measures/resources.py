"""What the measures read of each FHIR resource, and nothing else: a fault in another field costs nothing."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Raw, Struct

from benzosafe.fhir.elements import (
    CodeableConcept,
    DispenseRequest,
    Dosage,
    Element,
    Hospitalization,
    Period,
    Quantity,
    Range,
    Reference,
)


class Read(Element):
    """What all of them share."""

    id: str | None = None
    subject: Reference | None = None
    status: str | None = None


class Person(Read):
    """A Patient: the measures ask for the birth date, stratifiers for the rest; extensions stay unread till then."""

    birth_date: str | None = None
    gender: str | None = None
    extension: Raw = Raw()

    def __post_init__(self) -> None:
        """Let go of the file that the extensions are a part of."""
        if self.extension:
            self.extension = self.extension.copy()


class Drug(Read):
    """A Medication."""

    code: CodeableConcept | None = None


class Diagnosis(Element):
    """A diagnosis of an encounter."""

    condition: Reference | None = None


class Visit(Read):
    """An Encounter."""

    type: list[CodeableConcept] | None = None
    period: Period | None = None
    reason_code: list[CodeableConcept] | None = None
    reason_reference: list[Reference] | None = None
    diagnosis: list[Diagnosis] | None = None
    hospitalization: Hospitalization | None = None


class Medicinal(Read):
    """What names a medicine, in a code, by reference, or in a Medication it contains."""

    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    dosage_instruction: list[Dosage] | None = None
    contained: list[Raw] | None = None


class Request(Medicinal):
    """A MedicationRequest."""

    intent: str | None = None
    do_not_perform: bool | None = None
    category: list[CodeableConcept] | None = None
    authored_on: str | None = None
    dispense_request: DispenseRequest | None = None


class Dispense(Medicinal):
    """A MedicationDispense, or a pharmacy claim written as one."""

    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None


class Problem(Read):
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


class Done(Read):
    """A Procedure."""

    code: CodeableConcept | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None


class Asked(Read):
    """A ServiceRequest."""

    intent: str | None = None
    do_not_perform: bool | None = None
    code: CodeableConcept | None = None
    authored_on: str | None = None


class Observed(Read):
    """An Observation."""

    category: list[CodeableConcept] | None = None
    code: CodeableConcept | None = None
    value_codeable_concept: CodeableConcept | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Period | None = None


KINDS: dict[str, type[Read]] = {
    "Patient": Person, "Medication": Drug, "Encounter": Visit, "MedicationRequest": Request,
    "MedicationDispense": Dispense, "Condition": Problem, "Procedure": Done, "ServiceRequest": Asked,
    "Observation": Observed,
}  # fmt: skip
DECODERS = {kind: msgspec.json.Decoder(read, float_hook=Decimal) for kind, read in KINDS.items()}


class Head(Struct, rename="camel", gc=False):
    """The kind of a resource, read before anything else of it."""

    resource_type: str | None = None
    id: str | None = None


HEAD = msgspec.json.Decoder(Head)
