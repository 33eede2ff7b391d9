"""From the text of a price list to the product: ingredient, strength and form of 'CLONAZEPAM 0.125 MG ODT'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from benzosafe.knowledge.load import Knowledge

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_AMOUNT = re.compile(
    rf"(?<![\d.])(?P<numbers>{_NUMBER}(?:-{_NUMBER})*)\s*(?P<unit>mg|mcg)\b"
    rf"(?P<liquid>\s*/\s*(?P<ml>{_NUMBER})?\s*ml\b)?"
)
_MG = {"mg": 1.0, "mcg": 0.001}
# As people write amounts, and as they are read here.
_WRITTEN = (
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (re.compile(r"(?<=\d),(?=\d)"), "."),
    (re.compile(r"(?<=\d)\s*(?:milligrams?|milligrammes?|mgs)\b"), " mg"),
    (re.compile(r"(?<=\d)\s*(?:micrograms?|[\u00b5\u03bc]g|ug)\b"), " mcg"),
    (re.compile(r"(?<=\d)\s*(?:millilit(?:re|er)s?|mls)\b"), " ml"),
)
_GRAMS = re.compile(rf"(?<![\d.])({_NUMBER})\s*(?:g|gm|grams?)\b")
_EXTENDED = r"\b(?:er|xr|cr|sr|extended[ -]release|ext rel)\b"
# The first that fits is the form; what is more particular stands first.
_FORMS = tuple(
    (re.compile(mark), form)
    for mark, form in (
        (r"\b(?:odt|orally dis\w*|dis tab\w*|disint\w*|wafers?)\b", "orally disintegrating tablet"),
        (rf"{_EXTENDED}.*\bcap\w*\b", "extended-release capsule"),
        (_EXTENDED, "extended-release tablet"),
        (r"\b(?:nasal|spray)\b", "nasal spray"),
        (r"\bbuccal film\b", "buccal film"),
        (r"\bfilm\b(?!.*\b(?:tab|coat)\w*\b)", "oral film"),
        (r"\b(?:rectal|rec|gel)\b", "rectal gel"),
        (r"\b(?:vials?|amp\w*|inj\w*|syringes?|carpuject|iv bag)\b", "injection"),
        (r"\b(?:conc|concent\w*|intensol)\b", "oral concentrate"),
        (r"\bsusp\w*\b", "oral suspension"),
        (r"\bdrops?\b", "oral drops"),
        (r"\b(?:syrup|soln?|solution|elix\w*)\b", "oral solution"),
        (r"\b(?:sl|sublingual|subl)\b", "sublingual tablet"),
        (r"\bcap(?:s|sules?)?\b", "capsule"),
        (r"\btab(?:s|lets?)?\b", "tablet"),
    )
)  # fmt: skip
FORMS = tuple(form for _, form in _FORMS)
_PIECES = ("tablet", "capsule", "film")
_NEAR_ENOUGH = 84.0
_LONG_ENOUGH = 8


@dataclass(frozen=True)
class Described:
    """What a text says of a product. `contradiction` is set where its names are those of two medicines."""

    ingredient: str
    strength_mg: float | None
    per_ml: bool
    form: str
    contradiction: str = ""

    @property
    def in_pieces(self) -> bool:
        """Whether it is counted, and so cannot be priced by the millilitre."""
        return any(word in self.form for word in _PIECES)


class Describer:
    """Reads texts of price lists with the names of the knowledge; keeps what it has read."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._names = knowledge.names
        self._ours = {name for name, drug in knowledge.drugs.items() if drug.benzodiazepine}
        self._words = {
            name.lower(): drug
            for drug in sorted(self._ours)
            for name in (drug, *knowledge.drugs[drug].names.brands, *knowledge.drugs[drug].names.synonyms)
            if len(name) > 3
        }
        self._kept: dict[str, Described | None] = {}
        self._near: dict[str, str] = {}

    def read(self, text: str) -> Described | None:
        """The product, or None when the text names no benzodiazepine or Z-drug."""
        if text not in self._kept:
            self._kept[text] = self._read(text)
        return self._kept[text]

    def near(self, text: str) -> str:
        """The medicine of ours whose name a text nearly has ('CHLORDIAZEPO-CLIDIN'); nothing when it names another."""
        word = next(iter(re.findall(r"[a-z]{4,}", text.lower())), "")
        if word not in self._near:
            self._near[word] = self._nearest(word)
        return "" if self._near[word] and self._names.named_in(text)[0] else self._near[word]

    def _read(self, text: str) -> Described | None:
        named, contradiction = self._names.named_in(text)
        ours = [name for name in named if name in self._ours]
        if not ours:
            return None
        ordered = (*ours, *sorted(set(named) - self._ours))
        strength, per_ml = strength_in(text, of=len(named), place=named.index(ours[0]))
        if len(ours) > 1:
            contradiction = contradiction or f"it names {' and '.join(ours)}"
        return Described(" + ".join(ordered), strength, per_ml, form_in(text), contradiction)

    def _nearest(self, word: str) -> str:
        from rapidfuzz import fuzz, process

        if len(word) >= _LONG_ENOUGH and (whole := next((name for name in self._words if name.startswith(word)), "")):
            return self._words[whole]
        found = (
            process.extractOne(word, self._words.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH) if word else None
        )
        return self._words[found[0]] if found else ""


def amounts_as_read(text: str) -> str:
    """Amounts as they are read here: '0,5 mg', '500 micrograms', '1 g' are '0.5 mg', '500 mcg', '1000 mg'."""
    plain = text.lower()
    for written, read in _WRITTEN:
        plain = written.sub(read, plain)
    return _GRAMS.sub(lambda match: f"{float(match[1]) * 1000:g} mg", plain)


def without_amounts_and_forms(text: str) -> str:
    """What is left of a text without its strengths and forms; lower case."""
    plain = _AMOUNT.sub(" ", amounts_as_read(text)).replace("-", " ")
    for mark, _ in _FORMS:
        plain = mark.sub(" ", plain)
    return plain


def form_in(text: str) -> str:
    """The form a text names, in the words of the knowledge; empty when it names none."""
    plain = text.lower().replace("-", " ")
    return next((form for mark, form in _FORMS if mark.search(plain)), "")


def strength_in(text: str, of: int = 1, place: int = 0) -> tuple[float | None, bool]:
    """The strength [mg] in a piece, or in each mL; None when none or several are named.

    `of` ingredients are named and ours is at `place`, so that '5-2.5 MG' of two gives 5 for the first; a list of
    strengths of one ingredient ('10-15-20 MG', a set of syringes) gives none.
    """
    amounts = {
        (match["numbers"], match["unit"], match["liquid"], match["ml"]) for match in _AMOUNT.finditer(text.lower())
    }
    if len(amounts) != 1:
        return None, False
    numbers, unit, liquid, ml = amounts.pop()
    parts = [float(number) for number in numbers.split("-")]
    if len(parts) != of or not (volume := float(ml or 1)):
        return None, bool(liquid)
    return round(parts[place] * _MG[unit] / volume, 6) or None, bool(liquid)


def forms_of(knowledge: Knowledge) -> Mapping[str, str]:
    """Every form the knowledge or this module names, by its lower-case name."""
    known = {
        form.form.split(",")[0].strip()
        for drug in knowledge.drugs.values()
        if drug.benzodiazepine
        for form in drug.benzodiazepine.products
    }
    return {form.lower(): form for form in (*FORMS, *known)}
