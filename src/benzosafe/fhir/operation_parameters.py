"""What the operations accept, once: read from requests, and written as OperationDefinitions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One parameter: name, FHIR type, how often, and what it means."""

    name: str
    type: str
    says: str
    least: int = 0
    most: str = "1"


@dataclass(frozen=True)
class Operation:
    """One operation: its id, code, what it does, what it accepts, what it answers."""

    code: str
    title: str
    says: str
    parameters: tuple[Parameter, ...]
    answers: str

    @property
    def id(self) -> str:
        """The id of its OperationDefinition."""
        return f"benzosafe-{self.code}"

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name."""
        return next((item for item in self.parameters if item.name == name), None)


BUNDLE = Parameter("resource", "Bundle", "The resources of one patient. A Bundle may also be the whole request.", 1)
ON = Parameter("on", "date", "The day of the review; today when left out.")
OUTPUT = Parameter(
    "output", "code", "'fhir' (when left out), or 'json': benzosafe's own JSON, which says more, within a Binary."
)
DRUG = Parameter("drug", "string", "Which benzodiazepine or Z-drug, when several are taken.")

REVIEW = Operation(
    "review", "Review the whole regimen of one patient",
    "Reviews benzodiazepine and Z-drug therapy with everything else that is taken. It changes nothing.",
    (
        BUNDLE, ON,
        Parameter("draft", "Resource", "An order not signed yet: MedicationRequest, or a Bundle of them.", 0, "*"),
        OUTPUT,
    ),
    "A Bundle: GuidanceResponse first, OperationOutcome of what was not checked, DetectedIssues, scores, Flags,"
    " Provenance. With output=json a Binary of benzosafe.review/1.",
)  # fmt: skip

TAPER = Operation(
    "taper", "Plan a taper",
    "Plans lower doses that products can make, with the proof of every step; refuses where a taper must not be. The"
    " plan is a draft for a clinician. It changes nothing.",
    (
        BUNDLE, ON, DRUG,
        Parameter("pace", "string", "PERCENT/DAYS of the current dose, as in 10/14; suggested when left out."),
        Parameter("shape", "code", "proportional (when left out), linear or hyperbolic."),
        Parameter("target", "decimal", "mg a day to end at; 0 when left out. A lower stable dose is a good end."),
        Parameter("start", "date", "Day of the first lower dose."),
        Parameter("country", "code", "Whose products and law: US (when left out and not known), UK, CA, AU, EU."),
        Parameter("via", "string", "Change to this long-acting drug first."),
        Parameter("products", "string", "'tablet:0.5s,1;solution:0.1' (s: scored); those marketed when left out."),
        Parameter("add", "string", "Products to use as well: 'compounded:0.1'."),
        Parameter("fromProducts", "string", "With via: products of the drug taken now."),
        Parameter("asRegular", "decimal", "mg a day of the as-needed part, added to the regular."),
        Parameter("halfOccupancy", "decimal", "With shape hyperbolic: mg a day at half occupancy, a model."),
        Parameter("maxTablets", "integer", "Most pieces to take at once, 1 to 20; 4 when left out."),
        Parameter("fillDays", "integer", "Days a fill lasts, 1 to 366."),
        Parameter("levels", "boolean", "Whether to simulate the level in blood; true when left out."),
        OUTPUT,
    ),
    "A Bundle: CarePlan, draft MedicationRequests, a Task per step, Provenance. With output=json a Binary with the"
    " whole plan. A plan that must not or cannot be made: 422 with an OperationOutcome that says why.",
)  # fmt: skip

SIMULATE = Operation(
    "simulate", "Simulate a benzodiazepine or Z-drug over time",
    "Simulates concentrations with inhibitors and inducers on their own dates: of a patient (resource), or of doses as"
    " written (drug with dose or schedule). A model, never a measurement.",
    (
        Parameter("resource", "Bundle", "The resources of one patient; or give drug with dose or schedule."),
        Parameter("on", "date", "The day of the review, with resource."), DRUG,
        Parameter("dose", "string", "mg at each time, or one for each: 0.5,1."),
        Parameter("times", "string", "Times of day: 08,20; 08 when left out."),
        Parameter("with", "string", "What else is taken: fluconazole:200mg:day10-day24.", 0, "*"),
        Parameter("schedule", "string", "CSV of doses with a first line day,time,mg."),
        Parameter("steady", "boolean", "The doses have been taken for long before day 1."),
        Parameter("route", "code", "oral (when left out), intravenous, intramuscular, rectal, nasal ..."),
        Parameter("trait", "code", "age_over_65, cirrhosis, cyp2c19_poor, smoker, pregnancy ...", 0, "*"),
        Parameter("days", "decimal", "Days to show (14 when left out; for a patient, days ahead); at most 200."),
        Parameter("people", "integer", "How many people make the outer band: 100 when left out, at most 500."),
        Parameter("seed", "integer", "Seed of every random number; 1 when left out."),
        OUTPUT,
    ),
    "A Bundle: an Observation with SampledData for each analyte, one of the change of exposure, OperationOutcome of"
    " what was assumed and what the rules say, Provenance. With output=json a Binary with every number.",
)  # fmt: skip

OPERATIONS = {operation.code: operation for operation in (REVIEW, TAPER, SIMULATE)}
