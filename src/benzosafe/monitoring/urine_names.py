"""What a laboratory's name or LOINC code stands for: a substance, benzodiazepines as a whole, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.names import key_of
from benzosafe.knowledge.urine_model import UrineCodes
from benzosafe.patient.course import Method

Kind = Literal["substance", "benzodiazepines", "not_judged", "unknown"]
BENZODIAZEPINES = "benzodiazepines"
_NOISE = frozenset({
    "urine", "ur", "u", "confirmation", "confirm", "confirmatory", "confirmed", "screen", "screening", "ql",
    "qual", "qualitative", "quant", "quantitative", "quantitation", "presence", "mass", "volume", "in", "by",
    "method", "level", "total", "free", "lc", "gc", "ms", "class", "drug", "drugs", "test", "assay", "of", "the",
    "concentration", "immunoassay", "eia", "definitive", "presumptive", "result", "random", "panel",
})  # fmt: skip


@dataclass(frozen=True)
class Named:
    """What is meant: the name of a substance, of a class, or the words themselves where nothing is known of them."""

    kind: Kind
    name: str
    label: str


@lru_cache(maxsize=4)
def _words(knowledge: Knowledge) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for name, group in knowledge.urine.groups.items():
        meant = Named("benzodiazepines" if group.judged else "not_judged", name, group.label)
        found |= {key_of(word): meant for word in (name, group.label, *group.names)}
    for name, analyte in knowledge.urine.analytes.items():
        meant = Named("substance", name, analyte.label)
        found |= {key_of(word): meant for word in (analyte.label, *analyte.names)}
    return found


@lru_cache(maxsize=4)
def _codes(knowledge: Knowledge) -> dict[str, tuple[str, Method]]:
    found: dict[str, tuple[str, Method]] = {}
    entries = [(item.label, item.loinc) for item in knowledge.urine.analytes.values()]
    entries += [(item.label, item.loinc) for item in knowledge.urine.groups.values()]
    for label, codes in entries:
        found |= {code: (label, method) for method, listed in _by_method(codes) for code in listed}
    return found


def _by_method(codes: UrineCodes) -> tuple[tuple[Method, tuple[str, ...]], ...]:
    return ("", codes.other), ("immunoassay", codes.screen), ("mass_spectrometry", codes.confirm)


def coded(loinc: str, knowledge: Knowledge) -> tuple[str, Method] | None:
    """The substance or class of a LOINC code of urine, and the method the code says; None for a code not known here."""
    return _codes(knowledge).get(loinc)


def named(text: str, knowledge: Knowledge) -> Named:
    """What a name on a report means; a brand is its drug, and words of the method or of urine are left aside."""
    words, written = _words(knowledge), key_of(text.replace("α", "alpha "))
    shorter = " ".join(word for word in written.split() if word not in _NOISE)
    for key in (written, shorter):
        if key in words:
            return words[key]
    ingredients = knowledge.names.knows(text) or knowledge.names.knows(shorter)
    if len(ingredients) == 1 and ingredients[0] in knowledge.urine.drugs:
        own = key_of(ingredients[0])
        return words.get(own, Named("unknown", own, text.strip()))
    if ingredients:
        return Named("not_judged", key_of(text), " + ".join(ingredients))
    return Named("unknown", written, text.strip())
