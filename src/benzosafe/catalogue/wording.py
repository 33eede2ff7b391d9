"""Which words of a title or sentence are understood: names, strengths, forms, packs; the rest is left over."""

from __future__ import annotations

import re
import unicodedata

from benzosafe.catalogue.offers import said_required, sentences
from benzosafe.catalogue.price_text import without_amounts_and_forms
from benzosafe.knowledge.load import Knowledge

_PLAIN = frozenset({
    "a", "an", "the", "of", "in", "each", "per", "and", "or", "with", "for", "by", "mouth", "oral", "orally",
    "use", "usp", "ph", "eur", "contains", "containing", "strength", "strengths", "generic", "brand", "name",
    "medicine", "medication", "tablet", "tablets", "tab", "tabs", "capsule", "capsules", "pack", "packs", "box",
    "boxes", "bottle", "blister", "blisters", "strip", "strips", "count", "ct", "pieces", "pcs", "x", "scored",
    "film", "coated", "ml", "mg",
})  # fmt: skip
_HARMLESS = re.compile(
    r"(?:keep|store)\b.{0,20}\bout of (?:the )?(?:reach|sight)(?: and (?:reach|sight))? of children"
    r"|(?:a )?controlled (?:substance|medicine|drug)(?: schedule (?:iv|4))?|schedule (?:iv|4)|c ?iv",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w']*")


def left_over(text: str, knowledge: Knowledge) -> list[str]:
    """The words of a text that nothing here understands, in their order."""
    found: list[str] = []
    for sentence in sentences(text):
        if said_required(sentence) or _HARMLESS.fullmatch(" ".join(re.sub(r"[^\w ]+", " ", sentence).split())):
            continue
        rest = without_amounts_and_forms(_without_names(sentence, knowledge))
        found += [word for word in _WORD.findall(rest) if word not in _PLAIN]
    return found


def _without_names(text: str, knowledge: Knowledge) -> str:
    """The text without the names of medicines in it; lower case, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    for name, _ in knowledge.names.mentions(text):
        plain = re.sub(rf"\b{'[^a-z0-9]*'.join(map(re.escape, name.split()))}", " ", plain)
    return plain
