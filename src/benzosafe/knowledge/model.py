"""What a knowledge file may say: numbers with their sources, drugs, conditions, observations.

A number without value, unit, source and population does not load.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Confidence = Literal["verified", "recalled", "derived"]
Status = Literal["draft", "reviewed", "stable", "retired"]
Severity = Literal["contraindicated", "high", "moderate", "low", "info"]
Enzyme = Literal[
    "cyp3a4", "cyp2c19", "cyp1a2", "cyp2d6", "cyp2c9", "cyp2b6", "ugt2b15", "ugt2b7", "nat2", "aldehyde_oxidase"
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Inn = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 ,'()/+-]*$")]

SEVERITIES: tuple[Severity, ...] = ("contraindicated", "high", "moderate", "low", "info")


class Strict(BaseModel):
    """Refuses keys nobody defined, so that a misspelt key is an error and not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(Strict):
    """Where a statement stands: source id, place in it, its strength there, and how surely we read it."""

    source: str
    at: str = ""
    strength: str = ""
    confidence: Confidence = "recalled"


class Quantity(Strict):
    """A clinical number: value or range, UCUM unit, source, population, confidence."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str
    source: str
    population: str
    confidence: Confidence
    at: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _has_a_number(self) -> Quantity:
        if self.value is None and (self.low is None or self.high is None):
            raise ValueError("needs 'value', or both 'low' and 'high'")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"'low' {self.low} is above 'high' {self.high}")
        return self

    @property
    def lowest(self) -> float:
        """The smallest value it stands for."""
        return self.value if self.low is None else self.low  # type: ignore[return-value]

    @property
    def highest(self) -> float:
        """The largest value it stands for."""
        return self.value if self.high is None else self.high  # type: ignore[return-value]


class Checked(Strict):
    """Who wrote it and who will look again; no value here claims a clinical review."""

    author: str = "benzosafe maintainers"
    checker: str = ""
    on: date
    next: date


class Source(Strict):
    """A document a fact can be traced to."""

    citation: str
    year: int | None = None
    kind: Literal[
        "label", "guideline", "law", "study", "review", "database", "textbook", "measure", "consensus", "house"
    ]
    jurisdiction: str = ""
    url: str = ""
    doi: str = ""
    pmid: str = ""
    read_as: str = ""


class CodeValue(Strict):
    """A terminology code with how surely we know it."""

    value: str
    confidence: Confidence
    source: str = ""


class DrugNames(Strict):
    """Every name a person may write for the drug; all lower-cased and accent-stripped on lookup."""

    brands: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()


class DrugCodes(Strict):
    """Codes that mean this ingredient."""

    rxcui: CodeValue | None = None
    atc: tuple[CodeValue, ...] = ()
    unii: CodeValue | None = None


class Perpetrator(Strict):
    """How the drug changes the metabolism of others."""

    enzyme: Enzyme
    action: Literal["inhibition", "induction"]
    strength: Literal["weak", "moderate", "strong"]
    mechanism: str = ""
    onset_days: Quantity | None = None
    offset_days: Quantity | None = None
    evidence: Evidence


class Pathway(Strict):
    """How the drug itself is cleared."""

    enzyme: Enzyme
    role: Literal["major", "minor", "none"]
    evidence: Evidence
    note: str = ""


class Metabolite(Strict):
    """An active metabolite and how long it stays."""

    name: str
    half_life_h: Quantity | None = None
    evidence: Evidence


class Stopping(Strict):
    """How this drug may be stopped; 'taper' means never abruptly, 'protected' means never proposed."""

    how: Literal["free", "taper", "protected"]
    why: str
    source: str


class DoseLimit(Strict):
    """A ceiling from a label, for an indication, an age range and a route."""

    indication: str
    min_age_years: float = 0
    max_age_years: float = 200
    route: str = "oral"
    max_mg_per_day: Quantity | None = None
    max_mg_single: Quantity | None = None
    max_mg_per_kg_per_day: Quantity | None = None


class Contraindication(Strict):
    """A condition in which a label says not to use the drug, with where that label holds."""

    condition: Name
    jurisdiction: str
    evidence: Evidence


class ProductForm(Strict):
    """A marketed form and its strengths."""

    country: str
    form: str
    strengths_mg: tuple[float, ...]
    scored: Literal["yes", "no", "product-dependent", "unknown"] = "unknown"
    source: str
    confidence: Confidence
    note: str = ""


class DependenceBands(Strict):
    """ASAM dose bands: up to low_max is low, up to moderate_max is moderate, above is high."""

    low_max_mg_per_day: Quantity
    moderate_max_mg_per_day: Quantity


class BenzodiazepineFacts(Strict):
    """What only a benzodiazepine or Z-drug has."""

    duration: Literal["ultra-short", "short", "intermediate", "long"]
    half_life_h: Quantity
    active_metabolites: tuple[Metabolite, ...] = ()
    dependence_bands: DependenceBands | None = None
    dose_limits: tuple[DoseLimit, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()
    indications: tuple[Name, ...] = ()
    products: tuple[ProductForm, ...] = ()
    schedule: dict[str, str] = {}
    not_known: tuple[str, ...] = ()


class Drug(Strict):
    """One ingredient: names, codes, classes, and what it does to others."""

    name: Inn
    status: Status = "draft"
    checked: Checked
    names: DrugNames = DrugNames()
    codes: DrugCodes = DrugCodes()
    classes: tuple[Name, ...] = ()
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    mme_factor: Quantity | None = None
    sedative_load: Quantity | None = None
    perpetrator: tuple[Perpetrator, ...] = ()
    metabolism: tuple[Pathway, ...] = ()
    stopping: Stopping | None = None
    benzodiazepine: BenzodiazepineFacts | None = None
    note: str = ""


class DrugClass(Strict):
    """A pharmacological or functional class; `implies` adds wider classes to its members."""

    label: str
    implies: tuple[Name, ...] = ()
    self_reported: bool = False
    note: str = ""


class ConditionConcept(Strict):
    """A diagnosis or history item, and the codes and words that mean it."""

    label: str
    icd10cm: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    implies: tuple[Name, ...] = ()
    lookback_days: Quantity | None = None
    evidence: tuple[Evidence, ...] = ()
    status: Status = "draft"

    @property
    def as_reason(self) -> str:
        """The label for what a medicine is taken for: without how far back it counts, and what is left out."""
        return self.label.partition(" in the last ")[0].partition(", ever")[0].partition(" (")[0]


class ObservationConcept(Strict):
    """A measured or reported finding: codes, unit, what is believable, how long it stays valid."""

    label: str
    kind: Literal["number", "category"]
    unit: str = ""
    loinc: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    convert: dict[str, float] = {}
    categories: dict[str, tuple[str, ...]] = {}
    plausible: Quantity | None = None
    valid_days: Quantity | None = None
    evidence: tuple[Evidence, ...] = ()
    status: Status = "draft"
