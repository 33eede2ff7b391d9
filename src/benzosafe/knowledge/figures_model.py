"""Numbers for patients: of 100 or 1,000 people, how many with and without, over what time, and how sure we are.

A figure without denominator, population, time, comparator and source does not load, nor one that its printed numbers
do not give. Where no honest number exists, that is said instead.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, model_validator

from benzosafe.knowledge.model import Confidence, Evidence, Inn, Name, Strict

About = Literal["benefit", "harm", "stopping"]
Choice = Literal["start", "continue", "stop"]
HowSure = Literal["high", "moderate", "low", "very_low"]
TimeUnit = Literal["d", "wk", "mo", "a"]
Words = Annotated[str, Field(pattern=r"\S+(\s+\S+)+")]

ROUNDING = "to whole people, a half upwards"
MOST_OUTCOME_WORDS = 12
# JUDGEMENT: people are called older from 60 years on, the lowest age in the trials of sleep medicine in older people.
OLDER_FROM_YEARS = 60


def whole_people(share: float, of: int) -> int:
    """How many of `of` people a share is, to whole people, a half upwards."""
    exact = Decimal(str(round(share * of, 9)))
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class TimeSpan(Strict):
    """How long people were followed: a value, or the shortest and the longest time; UCUM unit."""

    value: float | None = Field(default=None, gt=0)
    low: float | None = Field(default=None, gt=0)
    high: float | None = Field(default=None, gt=0)
    unit: TimeUnit

    @model_validator(mode="after")
    def _has_a_length(self) -> TimeSpan:
        if (self.value is None) == (self.low is None) or (self.low is None) != (self.high is None):
            raise ValueError("needs either 'value', or both 'low' and 'high'")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"'low' {self.low} is not below 'high' {self.high}")
        return self


class Certainty(Strict):
    """How sure the number is, and why."""

    level: HowSure
    why: Words


class Share(Strict):
    """Events in people as printed, a percentage as events of 100; `in_years`: counted over more than the one year."""

    events: float = Field(ge=0)
    people: int = Field(gt=0)
    in_years: float = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _is_a_part(self) -> Share:
        if self.events > self.people:
            raise ValueError(f"'events' {self.events:g} are more than 'people' {self.people}")
        return self

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.events / self.people / self.in_years


class Derivation(Strict):
    """How the people of a figure follow from the printed numbers.

    Both shares; or the share without and a relative risk (a hazard or rate ratio counts as one) or an odds ratio; or
    the number needed for one more, which gives the difference only.
    """

    with_: Share | None = Field(default=None, validation_alias=AliasChoices("with", "with_"))
    without: Share | None = None
    relative_risk: float | None = Field(default=None, gt=0)
    odds_ratio: float | None = Field(default=None, gt=0)
    number_needed: float | None = Field(default=None, gt=1)

    @model_validator(mode="after")
    def _is_one_way(self) -> Derivation:
        given = [self.with_, self.relative_risk, self.odds_ratio, self.number_needed]
        if sum(item is not None for item in given) != 1 or (self.without is None) != (self.number_needed is not None):
            raise ValueError(
                "needs 'without' and one of 'with', 'relative_risk' or 'odds_ratio'; or 'number_needed' alone"
            )
        if (share := self.share_with) is not None and share > 1:
            raise ValueError(f"gives {share:.2f} with it, which is more than everybody")
        return self

    @property
    def share_without(self) -> float | None:
        """The share without, from 0 to 1; None where only the difference is known."""
        return None if self.without is None else self.without.value

    @property
    def share_with(self) -> float | None:
        """The share with, from 0 to 1; None where only the difference is known."""
        without = self.share_without
        if self.with_ is not None or without is None:
            return None if self.with_ is None else self.with_.value
        if self.relative_risk is not None:
            return without * self.relative_risk
        ratio = self.odds_ratio or 1
        return without * ratio / (1 - without + without * ratio)

    @property
    def share_more(self) -> float | None:
        """The difference, from 0 to 1, where nothing else is known."""
        return None if self.number_needed is None else 1 / self.number_needed


class ForWhom(Strict):
    """Whom a number or a gap is about: the choice, medicines (none: all), reason (none: any), ages, what else."""

    question: tuple[Choice, ...] = Field(min_length=1)
    drugs: tuple[Inn | Name, ...] = ()
    indication: tuple[Name, ...] = ()
    min_age_years: float = Field(default=18, ge=0)
    max_age_years: float = Field(default=200, le=200)
    together_with: tuple[Name, ...] = ()
    not_with: tuple[Name, ...] = ()
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _is_for_somebody(self) -> ForWhom:
        if self.min_age_years >= self.max_age_years:
            raise ValueError(f"nobody is from {self.min_age_years:g} to {self.max_age_years:g} years old")
        if both := set(self.together_with) & set(self.not_with):
            raise ValueError(f"'{min(both)}' stands under 'together_with' and 'not_with'")
        if any(item.confidence == "verified" and not item.at for item in self.evidence):
            raise ValueError("verified evidence needs 'at': the numbers as printed")
        return self

    @property
    def older_only(self) -> bool:
        """Whether it was counted in older people only."""
        return self.min_age_years >= OLDER_FROM_YEARS

    @property
    def confidence(self) -> Confidence:
        """The weakest of what it stands on."""
        order: tuple[Confidence, ...] = ("recalled", "derived", "verified")
        return min((item.confidence for item in self.evidence), key=order.index)


class Figure(ForWhom):
    """Of `of` people, how many `with` and `without` what `with_is` says; `more` where only the difference is known.

    `wanted`: whether the outcome is a good one. `derived`: the printed numbers, from which whole people are made.
    """

    about: About
    wanted: bool
    of: Literal[100, 1000]
    with_: int | None = Field(default=None, ge=0, validation_alias=AliasChoices("with", "with_"))
    without: int | None = Field(default=None, ge=0)
    more: int | None = Field(default=None, ge=1)
    over: TimeSpan
    population: Words
    with_is: Words
    comparator: Words
    outcome: Words
    how_sure: Certainty
    derived: Derivation

    @model_validator(mode="after")
    def _counts_people(self) -> Figure:
        pair = (self.with_ is not None, self.without is not None)
        if pair not in ((True, True), (False, False)) or pair[0] == (self.more is not None):
            raise ValueError("needs 'with' and 'without', or 'more' where only the difference is known")
        if max(self.with_ or 0, self.without or 0, self.more or 0) > self.of:
            raise ValueError(f"counts more people than {self.of}")
        if len(self.outcome.split()) > MOST_OUTCOME_WORDS:
            raise ValueError(f"'outcome' has more than {MOST_OUTCOME_WORDS} words")
        return self

    @model_validator(mode="after")
    def _follows_from_what_is_printed(self) -> Figure:
        made = self.derived
        for key, said, share in (
            ("with", self.with_, made.share_with),
            ("without", self.without, made.share_without),
            ("more", self.more, made.share_more),
        ):
            counted = None if share is None else whole_people(share, self.of)
            if said != counted:
                raise ValueError(f"'{key}' says {said}, but 'derived' gives {counted} of {self.of}")
        return self


class NoFigure(ForWhom):
    """A question people ask for which no honest number exists, why, and the nearest thing that is printed."""

    asks: Words
    why: Words
    nearest: str = ""
