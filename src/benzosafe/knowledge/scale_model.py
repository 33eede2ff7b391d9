"""What a file on a scale may say: its answers, how they add up, what a total means, which answers never wait.

Texts of items stand here only where whoever owns them lets anybody use them, also for money; else where to get them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Checked, Evidence, Name, Status, Strict
from benzosafe.knowledge.rule_model import Threshold

Sex = Literal["female", "male"]
Item = Annotated[int, Field(ge=1)]


class Licence(Strict):
    """Whose the scale is, whether its text may stand here, and where to get it where it may not."""

    text: Literal["free", "not_included"]
    note: str
    where: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Band(Strict):
    """A published band of totals [points]; those of one group never overlap. `group`: whom it is for, where told."""

    name: str
    low: int
    high: int
    group: str = ""
    evidence: Evidence

    @property
    def words(self) -> str:
        """Its name, with whom it is for."""
        return f"{self.name} ({self.group})" if self.group else self.name


class CutOff(Strict):
    """A published total from which something is likely, in whom; `parameter`: what must say the same elsewhere."""

    means: str
    score: Threshold
    sex: Sex | None = None
    parameter: Name | None = None


class ItemFlag(Strict):
    """An item that speaks for itself, whatever the total: from how many points, how soon, and what to do.

    `now`: advice the same day, before anything else; `ask`: at this visit. `red_flag`: the sign it asks about.
    """

    item: Item
    about: str
    from_points: int = 1
    urgency: Literal["now", "ask"]
    do: str
    red_flag: Name | None = None
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Prorating(Strict):
    """The instrument's own rule for missing answers: up to how many may be taken as the mean of the others."""

    most_missing: int
    evidence: Evidence


class Scale(Strict):
    """One instrument: its items, what may be answered, what the total means, and what change matters.

    `answers`: what may be written for each item, `answers_of` where an item has others; `reversed_items`: the points
    are highest plus lowest answer less the answer; `written_turned`: the form itself prints the answer that is best
    as 0, so what is written is the points; `unscored`: asked at the end and not counted; `total_only`: only its total
    is taken here. Points and totals [{score}].
    """

    name: Name
    label: str
    title: str
    measures: str
    period: str
    purpose: Literal["follows", "screens"]
    items: int = Field(ge=1)
    answers: tuple[int, ...] = Field(min_length=2)
    answers_of: dict[Item, tuple[int, ...]] = Field(default_factory=dict)
    unscored: tuple[Item, ...] = ()
    reversed_items: tuple[Item, ...] = ()
    written_turned: tuple[Item, ...] = ()
    total_only: bool = False
    higher_is: Literal["worse", "better"] = "worse"
    licence: Licence
    question: str = ""
    answer_words: dict[int, str] = Field(default_factory=dict)
    texts: tuple[str, ...] = ()
    observation: Name | None = None
    loinc: str = ""
    loinc_items: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    cutoffs: tuple[CutOff, ...] = ()
    flags: tuple[ItemFlag, ...] = ()
    smallest_change: Threshold | None = None
    response_share: Threshold | None = None
    remission_at_most: Threshold | None = None
    prorating: Prorating | None = None
    status: Status = "draft"
    checked: Checked
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    note: str = ""

    @property
    def scored(self) -> tuple[int, ...]:
        """The numbers of the items that count."""
        return tuple(item for item in range(1, self.items + 1) if item not in self.unscored)

    @property
    def lowest(self) -> int:
        """The lowest total there can be [points]."""
        return sum(min(self.points_of(item)) for item in self.scored)

    @property
    def highest(self) -> int:
        """The highest total there can be [points]."""
        return sum(max(self.points_of(item)) for item in self.scored)

    def allowed(self, item: int) -> tuple[int, ...]:
        """What may be written for an item."""
        return self.answers_of.get(item, self.answers)

    def points(self, item: int, answer: int) -> int:
        """What an answer adds to the total [points]."""
        allowed = self.allowed(item)
        return max(allowed) + min(allowed) - answer if item in self.reversed_items else answer

    def points_of(self, item: int) -> tuple[int, ...]:
        """What an item can add to the total [points]."""
        return tuple(self.points(item, answer) for answer in self.allowed(item))

    @model_validator(mode="after")
    def _fits(self) -> Scale:
        named = {*self.answers_of, *self.unscored, *self.reversed_items, *self.written_turned}
        named |= {flag.item for flag in self.flags}
        if beyond := sorted(item for item in named if item > self.items):
            raise ValueError(f"names item {beyond[0]}, but there are {self.items}")
        if self.unscored and self.unscored != tuple(range(len(self.scored) + 1, self.items + 1)):
            raise ValueError("'unscored' items must be the last ones")
        if self.texts and self.licence.text != "free":
            raise ValueError("has 'texts' although its licence does not let them stand here")
        for field, count in (("texts", len(self.texts)), ("loinc_items", len(self.loinc_items))):
            if count not in (0, self.items):
                raise ValueError(f"'{field}' has {count} entries, but there are {self.items} items")
        if bool(self.texts) != (set(self.answer_words) == set(self.answers)):
            raise ValueError("'answer_words' must be there for every answer, exactly where 'texts' are")
        return self

    @model_validator(mode="after")
    def _bands_follow_one_another(self) -> Scale:
        for group in dict.fromkeys(band.group for band in self.bands):
            bands = [band for band in self.bands if band.group == group]
            if any(after.low != before.high + 1 for before, after in pairwise(bands)):
                raise ValueError("'bands' leave a gap or overlap")
            if bands[0].low < self.lowest or bands[-1].high != self.highest or any(b.low > b.high for b in bands):
                raise ValueError(f"'bands' must end at the highest total, {self.highest}")
        for cutoff in self.cutoffs:
            if not self.lowest <= cutoff.score.lowest <= self.highest:
                raise ValueError(f"cut-off {cutoff.score.lowest:g} is no total of this scale")
        return self
