"""What the knowledge says of signals and of events: each rule with its numbers, its innocent reasons, what to ask."""

from __future__ import annotations

from string import Formatter
from typing import Literal

from pydantic import Field, model_validator

from benzosafe.knowledge.model import Evidence, Name, Status, Strict
from benzosafe.knowledge.rule_model import Threshold

About = Literal["over_use", "under_use", "providers", "combination", "urine"]
SourceList = Literal["fills", "events", "urine"]


class Happening(Strict):
    """A kind of event: how it is written, which signals it explains, and which red flag it is.

    `how`: how it explains them. `window_days`: from so many days before its first day (negative) to so many after its
    last. `clinical`: an effect on the person, never read as misuse. `loses_supply`: what was at hand may be gone from
    that day. `replaces`: somebody or somewhere new took the place of the old, so two names are one. `recorded`: our
    own reading of orders, stays or directions, which nobody writes as an event.
    """

    label: str
    words: tuple[str, ...] = ()
    how: str = ""
    innocent_for: tuple[Name, ...] = ()
    window_days: Threshold | None = None
    clinical: bool = False
    loses_supply: bool = False
    replaces: bool = False
    recorded: bool = False
    red_flag: Name | None = None
    status: Status = "draft"
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_how(self) -> Happening:
        if self.innocent_for and (not self.how or self.window_days is None):
            raise ValueError("explains signals, so it needs 'how' and 'window_days'")
        if not self.words and not self.recorded:
            raise ValueError("needs 'words', or 'recorded: true' where nobody writes it")
        if any(word != " ".join(word.lower().replace("_", " ").replace("-", " ").split()) for word in self.words):
            raise ValueError("words are lower case, without hyphens and underscores")
        return self


class SignalRule(Strict):
    """A signal: whose definition it is, its numbers, what explains it innocently, what to ask and what not to conclude.

    `rule` holds the names of its numbers in braces. `needs`: the lists without which nothing can be said.
    """

    label: str
    about: About
    definition: str
    rule: str
    needs: tuple[SourceList, ...] = Field(min_length=1)
    thresholds: dict[Name, Threshold] = Field(min_length=1)
    innocent: tuple[str, ...] = Field(min_length=2)
    ask: tuple[str, ...] = Field(min_length=1)
    not_conclude: tuple[str, ...] = Field(min_length=1)
    urgent: str = ""
    """What makes it a matter of today where it is seen or cannot be told; empty where nothing does."""

    status: Status = "draft"
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_its_numbers(self) -> SignalRule:
        named = {name for _, name, _, _ in Formatter().parse(self.rule) if name is not None}
        if named != set(self.thresholds):
            raise ValueError(f"'rule' names {sorted(named)}, the thresholds are {sorted(self.thresholds)}")
        return self

    def number(self, name: str) -> float:
        """One of its numbers, in its own unit."""
        return self.thresholds[name].lowest

    @property
    def words(self) -> str:
        """The rule with its numbers written out."""
        return self.rule.format(**{name: _plain(number) for name, number in self.thresholds.items()})


def _plain(number: Threshold) -> str:
    return f"{100 * number.lowest:g} %" if number.unit == "1" and number.lowest <= 1 else f"{number.lowest:g}"
