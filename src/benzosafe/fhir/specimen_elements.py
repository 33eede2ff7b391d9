"""The laboratory resources of a urine test as narrow structures: only the fields used, each of which may be missing."""

from __future__ import annotations

from msgspec import Raw

from benzosafe.fhir.decode import Resource
from benzosafe.fhir.elements import Annotation, CodeableConcept, Element, Measured, Period, Quantity, Reference, present


class ReferenceRange(Element):
    """What a laboratory writes beside a result: usually the cut-off."""

    low: Quantity | None = None
    high: Quantity | None = None
    text: str | None = None


class Part(Measured):
    """A code with its value and what the laboratory makes of it, as in an Observation and in each component."""

    interpretation: list[CodeableConcept | None] | None = None
    data_absent_reason: CodeableConcept | None = None
    reference_range: list[ReferenceRange | None] | None = None


class LabObservation(Resource):
    """One result of a laboratory, or several as components."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    interpretation: list[CodeableConcept | None] | None = None
    data_absent_reason: CodeableConcept | None = None
    reference_range: list[ReferenceRange | None] | None = None
    method: CodeableConcept | None = None
    note: list[Annotation | None] | None = None
    specimen: Reference | None = None
    has_member: list[Reference | None] | None = None
    component: list[Part | None] | None = None
    effective_date_time: str | None = None
    effective_instant: str | None = None
    effective_period: Period | None = None
    issued: str | None = None

    def own(self) -> Part:
        """The result of the observation itself, without its components."""
        return Part(
            code=self.code, value_quantity=self.value_quantity, value_codeable_concept=self.value_codeable_concept,
            value_string=self.value_string, value_boolean=self.value_boolean, interpretation=self.interpretation,
            data_absent_reason=self.data_absent_reason, reference_range=self.reference_range,
        )  # fmt: skip

    @property
    def remarks(self) -> str:
        """Everything written beside the result, in which method and cut-off may stand."""
        ranges = (limits.text for limits in present(self.reference_range) if limits.text)
        return " ".join([*(note.text for note in present(self.note) if note.text), *ranges])


class LabReport(Resource):
    """A report that holds results, or points at them."""

    contained: list[Raw] | None = None
    effective_date_time: str | None = None
    result: list[Reference | None] | None = None


class Collection(Element):
    """When a sample was collected."""

    collected_date_time: str | None = None
    collected_period: Period | None = None


class LabSpecimen(Resource):
    """A sample."""

    type: CodeableConcept | None = None
    collection: Collection | None = None
    received_time: str | None = None
