"""What the knowledge says of urine tests: what each drug yields, how well screens find it, windows, cut-offs, codes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from benzosafe.knowledge.model import Evidence, Inn, Name, Status, Strict
from benzosafe.knowledge.rule_model import Threshold

Role = Literal["major", "minor", "trace", "not_known"]
Finding = Literal["found", "often_missed", "missed", "not_known"]
Hydrolysis = Literal["needed", "helps", "not_needed", "not_known"]


class UrineCodes(Strict):
    """LOINC codes of a substance in urine: by a screening method, by a confirming one, or without saying which."""

    screen: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class UrineAnalyte(Strict):
    """A substance that is looked for in urine.

    `hydrolysis`: whether it must be set free from its glucuronide to be found; `cutoff_ng_per_ml`: cut-offs of
    confirming methods in use, so that a negative result above their upper end says little.
    """

    label: str
    names: tuple[str, ...] = ()
    hydrolysis: Hydrolysis = "not_known"
    cutoff_ng_per_ml: Threshold | None = None
    loinc: UrineCodes = UrineCodes()
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    status: Status = "draft"


class UrineScreen(Strict):
    """How well immunoassays for benzodiazepines find a drug in those who take it: as they come, and with hydrolysis."""

    plain: Finding
    hydrolysed: Finding
    note: str = ""
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class UrineDrug(Strict):
    """What a drug yields in urine, and for how long after the last dose [d], once taken and after long use.

    Of a window the lower end is the shortest time published as the last at which it is found, the upper the longest.
    `decays`: what is looked for is lost in stored samples; `for_procedures`: often given before one.
    """

    analytes: dict[Name, Role] = Field(min_length=1)
    screen: UrineScreen
    once_days: Threshold | None = None
    long_days: Threshold | None = None
    not_known: tuple[str, ...] = ()
    decays: bool = False
    for_procedures: bool = False
    note: str = ""
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    status: Status = "draft"

    @property
    def majors(self) -> tuple[str, ...]:
        """The substances that must have been looked for before not finding the drug means anything."""
        return tuple(name for name, role in self.analytes.items() if role == "major")


class UrineGroup(Strict):
    """A class of drugs that a test names as a whole; `judged`: whether anything is said of it here."""

    label: str
    names: tuple[str, ...] = ()
    loinc: UrineCodes = UrineCodes()
    judged: bool = False
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    status: Status = "draft"


class FalsePositive(Strict):
    """A medicine that made an immunoassay for benzodiazepines positive in people who took none."""

    what: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    status: Status = "draft"


class Urine(Strict):
    """Everything that is known of urine tests; limits are numbers used by name."""

    drugs: dict[Inn, UrineDrug] = Field(default_factory=dict)
    analytes: dict[Name, UrineAnalyte] = Field(default_factory=dict)
    groups: dict[Name, UrineGroup] = Field(default_factory=dict)
    false_positives: dict[Inn, FalsePositive] = Field(default_factory=dict)
    limits: dict[Name, Threshold] = Field(default_factory=dict)
