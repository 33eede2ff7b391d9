"""From what people write to ingredients: exact names and codes only; a near miss is a suggestion, never an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

Code = tuple[str, str]

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
UNII = "http://fdasis.nlm.nih.gov"

_LONGEST_NAME_WORDS = 6
_GLUED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_NEAR_ENOUGH = 84.0
_ROUTES = (
    ("transdermal", ("transdermal", "patch", "td")),
    ("ophthalmic", ("ophthalmic", "eye", "eyedrops")),
    ("otic", ("otic", "ear")),
    ("vaginal", ("vaginal", "pessary")),
    ("rectal", ("rectal", "suppository", "enema")),
    ("topical", ("topical", "cream", "ointment", "shampoo", "lotion", "cutaneous")),
    ("nasal", ("nasal", "intranasal")),
    ("inhaled", ("inhaler", "inhalation", "inhalant", "metered", "nebuliser", "nebulizer")),
    ("buccal", ("buccal", "oromucosal")),
    ("sublingual", ("sublingual",)),
    ("intramuscular", ("intramuscular", "im")),
    ("injection", ("injectable", "injection", "intravenous", "iv", "syringe", "vial", "infusion", "subcutaneous")),
    (
        "oral",
        (
            "oral",
            "tablet",
            "tablets",
            "tab",
            "tabs",
            "capsule",
            "capsules",
            "cap",
            "caps",
            "syrup",
            "po",
            "mouth",
            "chewable",
        ),
    ),
    ("topical", ("gel", "foam", "paste")),
)
_FORMS = (
    ("orally disintegrating tablet", "disintegrating"),
    ("odt", "disintegrating"),
    ("extended release", "extended-release"),
    ("delayed release", "delayed-release"),
    ("oral solution", "oral solution"),
    ("tablet", "tablet"),
    ("capsule", "capsule"),
    ("patch", "patch"),
    ("transdermal system", "patch"),
    ("syrup", "oral solution"),
)
_STRENGTH = re.compile(
    r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*(mg|mcg|ug|µg|micrograms?|milligrams?|g|grams?)\b(\s*/\s*(?:hr?|hour)\b)?",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"(\d+(?:\.\d+)?)\s*(?:mg)?\s*[-/]\s*(\d+(?:\.\d+)?)\s*(?:mg\b|tab|cap|$)", re.IGNORECASE)
_MG = {
    "mg": 1.0,
    "milligram": 1.0,
    "mcg": 0.001,
    "ug": 0.001,
    "µg": 0.001,
    "microgram": 0.001,
    "g": 1000.0,
    "gram": 1000.0,
}


_MOST_KEPT = 50_000
"""Readings kept for names that come again; memory must not grow with a population."""


@dataclass(frozen=True)
class Resolution:
    """What a medicine is taken to be, from its code and from its text, kept apart so they can be compared.

    `strengths_mg` and `rates_mg_per_h` (patches) stand beside `ingredients`; `conflict` names two different
    medicines in one text, such as a brand beside another ingredient.
    """

    ingredients: tuple[str, ...] = ()
    by_code: tuple[str, ...] = ()
    by_text: tuple[str, ...] = ()
    strengths_mg: tuple[float | None, ...] = ()
    rates_mg_per_h: tuple[float | None, ...] = ()
    form: str | None = None
    route: str | None = None
    conflict: str = ""
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProductCode:
    """One coded product: its ingredients and the strength of each [mg]."""

    name: str
    ingredients: tuple[str, ...]
    strengths_mg: tuple[float | None, ...]
    form: str | None
    route: str | None


@lru_cache(maxsize=200_000)
def normalise(text: str) -> str:
    """Lower case, no accents, punctuation as single spaces; slashes and decimals survive for strengths."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9.,/%+]+", " ", plain).split())


def key_of(text: str) -> str:
    """The form under which a name is looked up: lower-case words without accents or punctuation."""
    plain = text.lower() if text.isascii() else normalise(text)
    return " ".join(_NOT_A_WORD.split(plain)).strip()


class NameIndex:
    """All names and codes of the knowledge, looked up offline."""

    def __init__(
        self, names: Mapping[str, tuple[str, ...]], brands: Iterable[str], codes: Mapping[Code, ProductCode]
    ) -> None:
        self._names = {key_of(name): ingredients for name, ingredients in names.items()}
        self._brands = {key_of(name) for name in brands}
        self._codes = dict(codes)
        self._cache: dict[tuple[str, tuple[Code, ...]], Resolution] = {}

    def knows(self, name: str) -> tuple[str, ...]:
        """The ingredients of exactly this name, or nothing."""
        return self._names.get(key_of(name), ())

    def named_in(self, text: str) -> tuple[tuple[str, ...], str]:
        """Every ingredient a text names, in its order, and what contradicts itself in it; nothing is guessed."""
        hits = self._hits(text)
        return tuple(dict.fromkeys(one for hit in hits for one in self._names[hit])), self._conflict(hits)

    def mentions(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Every name of a text as it is looked up (lower-case words), with its ingredients, in the text's order."""
        return [(hit, self._names[hit]) for hit in self._hits(text)]

    @property
    def size(self) -> int:
        """How many names resolve."""
        return len(self._names)

    def resolve(self, text: str, codes: Sequence[Code] = ()) -> Resolution:
        """The ingredients of a medicine from its text and codes; empty when it cannot be told."""
        asked = (text, tuple(codes))
        found = self._cache.get(asked)
        if found is None:
            if len(self._cache) >= _MOST_KEPT:
                self._cache.clear()
            found = self._cache[asked] = self._resolve(text, codes)
        return found

    def _resolve(self, text: str, codes: Sequence[Code]) -> Resolution:
        product = next((self._codes[code] for code in codes if code in self._codes), None)
        hits = self._hits(text)
        by_text = tuple(dict.fromkeys(ingredient for hit in hits for ingredient in self._names[hit]))
        by_code = product.ingredients if product else ()
        ingredients = by_code or by_text
        strengths, rates = _strengths(text, hits, self._names, ingredients)
        if product and any(value is not None for value in product.strengths_mg):
            strengths = product.strengths_mg
        if product and not any(rates):
            rates = _strengths(product.name, self._hits(product.name), self._names, ingredients)[1]
        return Resolution(
            ingredients, by_code, by_text, strengths, rates,
            form=(product.form if product else None) or _form(text),
            route=(product.route if product else None) or _route(text),
            conflict=self._conflict(hits),
            suggestions=() if ingredients else self.suggest(text),
        )  # fmt: skip

    def _hits(self, text: str) -> list[str]:
        return self._scan(key_of(text)) or self._scan(_GLUED.sub(" ", key_of(text)))

    def _scan(self, text: str) -> list[str]:
        words = text.split()
        hits: list[str] = []
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST_NAME_WORDS, len(words) - start), 0, -1):
                name = " ".join(words[start : start + length])
                if name in self._names:
                    hits.append(name)
                    start += length - 1
                    break
            start += 1
        return hits

    def _conflict(self, hits: list[str]) -> str:
        plain = [hit for hit in hits if hit not in self._brands]
        named = {ingredient for hit in plain for ingredient in self._names[hit]}
        for hit in hits:
            if hit in self._brands and named and not named & set(self._names[hit]):
                return f"'{hit}' is {' + '.join(self._names[hit])}, not {' + '.join(sorted(named))}"
        return ""

    def suggest(self, text: str) -> tuple[str, ...]:
        """Near names, best first, for a person to confirm; never taken as the answer."""
        from rapidfuzz import fuzz, process

        words = [word for word in key_of(text).split() if len(word) > 3 and not word.isdigit()][:4]
        near: dict[str, float] = {}
        for word in words:
            for name, score, _ in process.extract(
                word, self._names.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR_ENOUGH
            ):
                near[name] = max(score, near.get(name, 0.0))
        ordered = sorted(near, key=lambda name: (-near[name], name))
        return tuple(dict.fromkeys(" + ".join(self._names[name]) for name in ordered))[:3]


def _strengths(
    text: str, hits: list[str], names: Mapping[str, tuple[str, ...]], ingredients: tuple[str, ...]
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    plain = normalise(text)
    together = _TOGETHER.search(text.strip()) if len(ingredients) == 2 else None
    if together:  # "5/325 mg": one number an ingredient, in the order they are named
        return (float(together[1]), float(together[2])), (None, None)
    amounts: dict[str, float] = {}
    rates: dict[str, float] = {}
    for hit in hits:
        at = plain.find(hit.split()[0])
        match = _STRENGTH.search(plain, max(at, 0))
        if match and len(names[hit]) == 1:
            mg = (
                float(match[1].replace(",", "."))
                * _MG[match[2].lower().removesuffix("s") if len(match[2]) > 2 else match[2].lower()]
            )
            (rates if match[3] else amounts).setdefault(names[hit][0], mg)
    return tuple(amounts.get(i) for i in ingredients), tuple(rates.get(i) for i in ingredients)


@lru_cache(maxsize=50_000)
def _route(text: str) -> str | None:
    words = set(key_of(text).split())
    return next((route for route, marks in _ROUTES if words & set(marks)), None)


@lru_cache(maxsize=50_000)
def _form(text: str) -> str | None:
    plain = key_of(text)
    return next((form for mark, form in _FORMS if mark in plain), None)
