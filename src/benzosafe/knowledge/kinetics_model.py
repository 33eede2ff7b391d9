"""What a file of kinetics may say: how the body handles a benzodiazepine, how strongly another drug changes that.

A disposition describes one analyte (a drug, or an active metabolite nobody swallows). A potency describes one
perpetrator by what it does to each enzyme at a stated daily dose. Every number is a Quantity with a source.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Checked, Inn, Quantity, Status, Strict

KineticEnzyme = Literal[
    "cyp3a4", "cyp2c19", "cyp1a2", "cyp2d6", "cyp2c9", "cyp2b6", "ugt2b15", "ugt2b7", "nat2", "aldehyde_oxidase",
    "renal",
]  # fmt: skip
Route = Literal["oral", "sublingual", "buccal", "nasal", "rectal", "intramuscular", "intravenous", "subcutaneous"]
Basis = Literal["measured", "derived", "transferred"]
Covariate = Literal[
    "age_over_65", "male_over_65", "cirrhosis", "cyp2c19_poor", "cyp2c19_intermediate", "cyp2c19_rapid", "female",
    "smoker", "pregnancy", "renal_failure", "obesity",
]  # fmt: skip


class StudyKey(Strict):
    """A study whose result set a parameter; its rows are left out when accuracy is scored."""

    victim: Inn
    perpetrator: str
    study: str
    pmid: str = ""


class Uptake(Strict):
    """How the drug gets in by one route: share reaching the blood, first-order rate or a constant-rate time, delay."""

    bioavailability: Quantity
    ka_per_h: Quantity | None = None
    constant_over_h: Quantity | None = None
    lag_h: Quantity | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Uptake:
        if (self.ka_per_h is None) == (self.constant_over_h is None):
            raise ValueError("needs exactly one of 'ka_per_h' and 'constant_over_h'")
        return self


class Share(Strict):
    """The share of the drug's intrinsic clearance that runs through one enzyme, with its range.

    `measured`: from a study in people with that drug; `derived`: computed from such a study; `transferred`: from
    test tubes or a related drug, and shown as such.
    """

    enzyme: KineticEnzyme
    share: Quantity
    basis: Basis
    set_from: tuple[StudyKey, ...] = ()

    @model_validator(mode="after")
    def _is_a_share(self) -> Share:
        if not (self.share.value is not None and 0 <= self.share.lowest <= self.share.value <= self.share.highest <= 1):
            raise ValueError("needs 'value', 'low' and 'high' between 0 and 1 and in order")
        return self


class ActiveMetabolite(Strict):
    """An active metabolite: which analyte, and mg of it formed from each mg of parent cleared."""

    analyte: Inn
    formed_mg_per_mg: Quantity
    pathways: tuple[KineticEnzyme, ...] = ()


class CovariateEffect(Strict):
    """How a trait multiplies clearance or volume."""

    when: Covariate
    clearance: Quantity | None = None
    volume: Quantity | None = None


class Spread(Strict):
    """Between-person variability as a coefficient of variation (fraction)."""

    clearance: Quantity
    volume: Quantity
    ka: Quantity


class Disposition(Strict):
    """How a 70 kg adult handles one analyte."""

    analyte: Inn
    status: Status = "draft"
    checked: Checked
    clearance_l_per_h: Quantity
    central_volume_l: Quantity
    exchange_l_per_h: Quantity | None = None
    peripheral_volume_l: Quantity | None = None
    routes: dict[Route, Uptake] = Field(default_factory=dict)
    formed_from_mg_per_mg: dict[Inn, Quantity] = Field(default_factory=dict)
    gut_availability: Quantity | None = None
    blood_plasma_ratio: Quantity | None = None
    shares: tuple[Share, ...] = ()
    metabolites: tuple[ActiveMetabolite, ...] = ()
    spread: Spread
    covariates: tuple[CovariateEffect, ...] = ()
    therapeutic_ng_per_ml: Quantity | None = None
    therapeutic_sum_of: tuple[Inn, ...] = Field(
        default=(), description="when the range is of several analytes together"
    )
    set_from: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _holds_together(self) -> Disposition:
        if (self.exchange_l_per_h is None) != (self.peripheral_volume_l is None):
            raise ValueError("'exchange_l_per_h' and 'peripheral_volume_l' go together")
        # The least that must run somewhere may not exceed all there is.
        if sum(item.share.value or 0 for item in self.shares) > 1.0 + 1e-9:
            raise ValueError("the shares add up to more than 1")
        return self


class Effect(Strict):
    """What a perpetrator leaves of one enzyme's activity at its reference dose, at steady state.

    inhibition (reversible): follows the perpetrator's level. inactivation (mechanism-based): enzyme is destroyed and
    has to be made anew. induction: more enzyme is made. Give `activity` (share of normal left in the liver; above 1
    for induction), or for CYP3A4 the AUC ratio of oral midazolam (`midazolam_auc_ratio`), from which it is solved.
    """

    enzyme: KineticEnzyme
    action: Literal["inhibition", "inactivation", "induction"]
    activity: Quantity | None = None
    gut_activity: Quantity | None = None
    midazolam_auc_ratio: Quantity | None = None
    half_dose_mg_per_day: Quantity | None = None
    basis: Literal["measured", "derived", "class", "transferred"]
    set_from: tuple[StudyKey, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _says_how_much(self) -> Effect:
        if (self.activity is None) == (self.midazolam_auc_ratio is None):
            raise ValueError("needs exactly one of 'activity' and 'midazolam_auc_ratio'")
        if self.midazolam_auc_ratio is not None and self.enzyme != "cyp3a4":
            raise ValueError("'midazolam_auc_ratio' measures cyp3a4 only; give 'activity'")
        number = self.activity or self.midazolam_auc_ratio
        if number is not None and (number.value is None or number.low is None or number.high is None):
            raise ValueError("needs 'value', 'low' and 'high'")
        return self


class Potency(Strict):
    """A perpetrator: reference daily dose, how long it stays, and its effect on each enzyme."""

    perpetrator: str
    status: Status = "draft"
    checked: Checked
    reference_mg_per_day: Quantity
    doses_per_day: int = Field(default=1, ge=1, le=6)
    half_life_h: Quantity
    tmax_h: Quantity
    dose_exponent: Quantity | None = None
    effects: tuple[Effect, ...]
    note: str = ""
