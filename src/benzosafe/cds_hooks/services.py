"""The services offered: which hook each answers and which data it asks for beforehand (CDS Hooks 2.0 discovery)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from benzosafe.errors import UsageError, nearest
from benzosafe.fhir.searches import PATIENT, REQUESTS, searches_of

Hook = Literal["patient-view", "order-select", "order-sign", "medication-refill"]
ORDER_HOOKS: frozenset[str] = frozenset({"order-select", "order-sign", "medication-refill"})

PREFETCH: dict[str, str] = searches_of("{{context.patientId}}")
"""What is asked for, by name."""

WORDS_OF_KEY = {
    PATIENT: "age and sex",
    REQUESTS: "prescriptions",
    "statements": "medicines the person reports, over-the-counter ones among them",
    "dispenses": "what was dispensed",
    "conditions": "conditions",
    "allergies": "allergies",
    "observations": "measurements, alcohol and other observations",
}


@dataclass(frozen=True)
class Service:
    """One CDS service."""

    id: str
    hook: Hook
    title: str
    description: str

    def described(self) -> dict[str, Any]:
        """Its entry in the discovery answer."""
        return {
            "hook": self.hook,
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "prefetch": dict(PREFETCH),
            "usageRequirements": "Data that was not sent is fetched only from servers the operator has allowed; "
            "what stays missing is named on the card. Draft knowledge: no clinical review yet.",
        }


_TITLE = "Benzodiazepine and Z-drug safety"
SERVICES: tuple[Service, ...] = (
    Service(
        "benzosafe-patient-view", "patient-view", f"{_TITLE}: the record as it is",
        "Says what is dangerous in a regimen with a benzodiazepine, a Z-drug or an opioid, and what would help most.",
    ),
    Service(
        "benzosafe-order-select", "order-select", f"{_TITLE}: while ordering",
        "Says what the chosen order would do in the whole regimen.",
    ),
    Service(
        "benzosafe-order-sign", "order-sign", f"{_TITLE}: before signing",
        "Says what the orders would do in the whole regimen, unless it was shown when they were chosen.",
    ),
    Service(
        "benzosafe-medication-refill", "medication-refill", f"{_TITLE}: repeats",
        "Says whether a repeat is still safe; quiet where nothing changed since it was last reviewed.",
    ),
)  # fmt: skip


def discovery() -> dict[str, Any]:
    """The answer to GET /cds-services."""
    return {"services": [service.described() for service in SERVICES]}


def service_of(name: str) -> Service:
    """The service with an id; UsageError names the nearest."""
    for service in SERVICES:
        if service.id == name:
            return service
    ids = [service.id for service in SERVICES]
    raise UsageError(
        f"there is no CDS service '{name[:60]}'.{nearest(name[:60], ids)}", where="/cds-services/{id}",
        next_step="GET /cds-services lists them.",
    )  # fmt: skip
