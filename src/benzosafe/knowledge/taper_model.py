"""What the file of published taper schedules may say: its arithmetic, where it stands, and to what it applies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Confidence, Inn, Name, Strict

Cut = Literal["share of current dose", "share of first dose", "mg", "none"]


class TaperPhase(Strict):
    """One rule of a schedule, kept to while the dose is above `down_to`, or for so many cuts.

    cut: what `size` [gentlest, largest] counts: a share (0 to 1) of the current or the first dose, or mg a day; `none`
    holds the dose. every_days: [shortest, longest] days between cuts. down_to_mg [mg/d], down_to_share [of the first
    dose]; the last phase has neither and ends at nothing.
    """

    cut: Cut
    size: tuple[float, float] | None = None
    every_days: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    down_to_mg: float | None = Field(default=None, gt=0)
    down_to_share: float | None = Field(default=None, gt=0, lt=1)
    cuts: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _makes_sense(self) -> TaperPhase:
        if (self.size is None) != (self.cut == "none"):
            raise ValueError("'size' is needed for a cut, and not for 'none'")
        if self.size and not 0 < self.size[0] <= self.size[1]:
            raise ValueError(f"'size' must be [gentlest, largest], both above 0, not {list(self.size)}")
        if self.size and self.cut != "mg" and self.size[1] >= 1:
            raise ValueError(f"a share must be below 1, not {self.size[1]}")
        if self.every_days[0] > self.every_days[1]:
            raise ValueError(f"'every_days' must be [shortest, longest], not {list(self.every_days)}")
        return self

    @property
    def ends(self) -> bool:
        """Whether it gives way to another phase before the dose is nothing."""
        return self.down_to_mg is not None or self.down_to_share is not None or self.cuts is not None


class PublishedTaper(Strict):
    """A schedule that was printed somewhere, kept to be compared with and never to be followed as a plan.

    drugs, classes: to what it applies; dose_in: the drug its milligrams are of, when another than the one taken;
    at_most_mg: the highest dose it describes [mg/d]; readings: where the wording leaves the arithmetic open, each way
    of reading it.
    """

    title: str
    source: str
    at: str
    confidence: Confidence
    population: str
    drugs: tuple[Inn, ...] = ()
    classes: tuple[Name, ...] = ()
    dose_in: Inn | None = None
    at_most_mg: float | None = None
    readings: dict[str, tuple[TaperPhase, ...]] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _comes_to_an_end(self) -> PublishedTaper:
        if not (self.drugs or self.classes):
            raise ValueError("needs 'drugs' or 'classes' to which it applies")
        for name, phases in self.readings.items():
            if not phases or phases[-1].ends or phases[-1].cut == "none":
                raise ValueError(f"the last phase of '{name}' must go on cutting until nothing is left")
            if not all(phase.ends for phase in phases[:-1]):
                raise ValueError(f"every phase of '{name}' but the last needs 'down_to_mg', 'down_to_share' or 'cuts'")
        return self
