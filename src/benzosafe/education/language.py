"""One language of the leaflets: its sentences, and how it writes numbers, days, hours and lists.

Numbers are written as the packs of the country print them, so that paper and pack can be compared; digits are always
0 to 9. A sentence that is missing, or is not given what it needs, is an error and never an empty line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource

from benzosafe.errors import UsageError, nearest
from benzosafe.knowledge.education_model import LeafletLanguage
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.texts import messages_of

# JUDGEMENT: parts of the day by the hour they end at [h]; the clock time always stands beside them.
_PARTS_OF_DAY = (
    (4, "night"), (11, "morning"), (14, "midday"), (17, "afternoon"), (21, "evening"), (24, "bedtime")
)  # fmt: skip
# Countries on record whose packs print a decimal point; elsewhere in the European Union a comma stands there.
_DECIMAL_POINT = frozenset({"", "US", "GB", "IE", "CA", "AU", "MT"})
Value = str | int
# A telephone number, or a word of Latin letters beside one: '18001 111', '1-844 POISON-X'.
_NUMBER = re.compile(r"\d[\d A-Z\-]*[\dA-Z]|\d")
_ISOLATE, _END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True)
class Language:
    """A language in a country ('' where it is not known): 'en', 'es', 'ar'."""

    code: str
    country: str
    entry: LeafletLanguage
    source: str
    phrases: Mapping[str, str]

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from the right."""
        return self.entry.direction == "rtl"

    @property
    def unchecked(self) -> bool:
        """Whether a machine translated it and no person has read it."""
        return self.entry.made_by == "machine" and not self.entry.checked_by

    @cached_property
    def locale(self) -> Locale:
        """How days and hours are written: the language as it is used in the country, where that is known."""
        for tag in (f"{self.code}_{self.country}", f"{self.code}_GB", self.code):
            try:
                return Locale.parse(tag)
            except (UnknownLocaleError, ValueError):
                continue
        raise AssertionError(f"no locale for {self.code}")

    @cached_property
    def _bundle(self) -> FluentBundle:
        # Names and numbers inserted into a text written from the right are kept apart from it.
        bundle = FluentBundle([self.code], use_isolating=self.right_to_left)
        bundle.add_resource(FluentResource(self.source))
        return bundle

    @cached_property
    def needs(self) -> dict[str, frozenset[str]]:
        """Every sentence with the values it needs."""
        return messages_of(self.source)

    def say(self, name: str, **values: Value) -> str:
        """A sentence with its values; KeyError when it does not exist or a value is missing."""
        if missing := self.needs[name] - values.keys():
            raise KeyError(f"{self.code}: '{name}' needs {', '.join(sorted(missing))}")
        pattern = self._bundle.get_message(name).value
        assert pattern is not None, name  # `needs` knows it, so it has a value
        text, faults = self._bundle.format_pattern(pattern, values)
        if faults:
            raise KeyError(f"{self.code}: '{name}': {faults[0]}")
        return str(text)

    def phrase(self, english: str) -> str:
        """A phrase of contacts or figures in this language; a number in it keeps its order in a text from the right."""
        phrase = self.phrases.get(english, english)
        return _NUMBER.sub(rf"{_ISOLATE}\g<0>{_END}", phrase) if self.right_to_left else phrase

    def name(self, foreign: str) -> str:
        """A proper name in Latin letters, kept in its own order within a text from the right."""
        return f"{_ISOLATE}{foreign}{_END}" if self.right_to_left else foreign

    def number(self, value: Fraction | int) -> str:
        """A number as on the pack, at most four decimals: never '.5', never '1.0'."""
        plain = f"{float(value):.4f}".rstrip("0").rstrip(".")
        return plain if self.country in _DECIMAL_POINT else plain.replace(".", ",")

    def milligrams(self, ug: int) -> str:
        """Micrograms as a number of milligrams."""
        return self.number(Fraction(ug, 1_000))

    def day(self, day: date, length: Literal["full", "short"] = "full") -> str:
        """'Monday, 2 March 2026', or in short 'Mon 2 Mar 2026'."""
        return format_date(day, "full" if length == "full" else "EEE d MMM y", self.locale)

    def clock(self, at_h: float) -> str:
        """An hour of the day as the country writes it: '8:30 PM' or '20:30'."""
        hour, minute = divmod(round(at_h * 60) % (24 * 60), 60)
        return format_time(time(hour, minute), "short", locale=self.locale).replace("\N{NARROW NO-BREAK SPACE}", " ")

    def part_of_day(self, at_h: float) -> str:
        """'Morning' for 8, 'Evening' for 20."""
        return self.say(f"part_{next(name for ends, name in _PARTS_OF_DAY if at_h % 24 < ends)}")

    def all_of(self, names: Sequence[str]) -> str:
        """'a, b and c'."""
        return format_list(list(names), "standard", self.locale)

    def either(self, names: Sequence[str]) -> str:
        """'a or b'."""
        return format_list(list(names), "or", self.locale)

    def country_name(self, code: str, english: str) -> str:
        """A country in this language."""
        return str(self.locale.territories.get(code, english))


@lru_cache(maxsize=64)
def language_of(code: str, country: str, knowledge: Knowledge) -> Language:
    """A language by its code; UsageError names those there are."""
    entry = knowledge.languages.get(code)
    if entry is None:
        names = [f"{name} ({item.name})" for name, item in knowledge.languages.items()]
        raise UsageError(
            f"there are no leaflets in '{code}'.{nearest(code, knowledge.languages)}",
            where="--language",
            next_step=f"There are: {', '.join(names)}.",
        )
    return Language(code, country, entry, knowledge.texts[code], knowledge.phrases.get(code, {}))
