"""Sentences in which nobody acts ("the tablet is to be taken"): who reads them does not know who must do it.

Only the sure form is found: a form of "to be" with a participle, not a state ("you are tired"). What it
finds and misses was measured on sentences of leaflets; see docs/reference/education.md.
"""

from __future__ import annotations

import re

_STATES = (
    "tired|worried|scared|confused|used|supposed|married|interested|pleased|relaxed|stressed|depressed|excited|bored|"
    "concerned|prepared|needed|allowed|addicted|related|advanced|experienced|limited|located|retired|disabled|closed|"
    "crowded|surprised|frightened|ashamed|embarrassed|exhausted|dehydrated|agitated|injured|swollen|drunk|gone|done|lost|"
    "broken|born|hidden|naked|hundred|sacred|unused|expired|overdue|due|red|bed"
)
_IRREGULAR = (
    "taken|given|kept|told|made|put|held|seen|known|found|brought|sent|written|shown|chosen|eaten|spoken|drawn|swallowed|"
    "sold|thrown|driven|felt|left|meant|paid|read|set|split|cut|stolen|bought|hurt"
)
_BE_EN = r"(?:am|is|are|was|were|be|been|being|isn't|aren't|wasn't|weren't)"
_BETWEEN_EN = r"(?:\s+(?:not|to be|always|never|only|often|usually|also|then|now|first|slowly|safely|best|[a-z]+ly))*"
_PASSIVE_EN = re.compile(rf"\b{_BE_EN}{_BETWEEN_EN}\s+(?!(?:{_STATES})\b)(?:[a-z]{{2,}}[^e\W]ed|{_IRREGULAR})\b", re.I)
_SER = r"(?:ser|es|son|fue|fueron|era|eran|será|serán|sea|sean|sido|siendo)"
_PARTICIPLE_ES = r"(?:[a-záéíóúñ]{2,}(?:ad|id|íd)[oa]s?|dich[oa]s?|hech[oa]s?|escrit[oa]s?|puest[oa]s?|abiert[oa]s?)"
_STATES_ES = (
    r"(?:adecuad|pesad|complicad|delicad|conocid|parecid|debid|casad|cuidad|marid|demasiad|líquid|rápid|válid|sólid|ácid|"
    r"tímid|medid|comid|vid|lad|estad)[oa]s?"
)
_PASSIVE_ES = re.compile(
    rf"\b{_SER}(?:\s+(?:siempre|nunca|no|muy|solo|sólo))*\s+(?!{_STATES_ES}\b){_PARTICIPLE_ES}\b", re.I
)
_BY_LANGUAGE = {"en": _PASSIVE_EN, "es": _PASSIVE_ES}


def passive_in(sentence: str, language: str) -> str:
    """The words of a sentence in which nobody acts, or nothing; only English (en) and Spanish (es) are looked at."""
    pattern = _BY_LANGUAGE.get(language)
    found = pattern.search(sentence) if pattern else None
    return found.group() if found else ""
