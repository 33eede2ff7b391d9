"""One order line that holds a regular and an as-needed dose: read as one of the two, the other would be lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

from benzosafe.errors import InputRefused
from benzosafe.patient.tables import Order
from benzosafe.taper.start_times import name_of

_AS_NEEDED = re.compile(
    r"\b(?:p\.?r\.?n\b|sos\b|on demand\b|(?:as|if|when|where) (?:needed|required|necessary)\b|(?:may|can) take\b|"
    r"(?:si|cuando) (?:es necesario|sea necesario|lo necesit[ae]|precisa|hace falta)\b|"
    r"seg[uú]n (?:necesidad|sea necesario)\b|a demanda\b|en caso (?:necesario|de necesidad)\b)",
    re.IGNORECASE,
)
# What joins two doses ('1 mg daily plus 0.5 mg prn') and what may only set words apart ('1 tablet, as needed').
_JOINED = re.compile(
    r"(\s*(?:\+|&|\b(?:and|plus|also|with|then|additionally|y|m[aá]s|adem[aá]s|con)\b)\s*|\s*[;()\n]\s*|,\s+|\.\s+|\.$)",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\+|&|\w")
_AMOUNT = re.compile(
    r"(?<![\d.])\d+(?:[.,]\d+)?(?:\s*(?:-|–|to|or|a|o)\s*\d+(?:[.,]\d+)?)?\s*"
    r"(mg|mcg|micrograms?|µg|ug|g|ml|tab\w*|cap\w*|pill\w*|drops?|gotas?|comprimidos?|pastillas?)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:daily|nightly|a day|per day|each day|every|once|twice|thrice|times|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|qd|od|bd|"
    r"tds|qds|qhs|hs|nocte|mane|mornings?|noon|midday|lunch|afternoons?|evenings?|nights?|bedtime|breakfast|dinner|[ap]m|"
    r"cada|veces|al d[ií]a|diari\w+|mañanas?|tardes?|noches?|acostarse|desayuno|cena)\b|\b\d+-\d+(?:-\d+)+\b",
    re.IGNORECASE,
)
# A ceiling or a repeat belongs to the as-needed dose: it is no dose beside it.
_LIMIT = re.compile(
    r"\b(?:max\w*|up to|at most|no more|not more|(?:not|don't) exceed|not to exceed|repeat\w*|hasta|m[aá]xim\w+|"
    r"no exceder|repetir)\b",
    re.IGNORECASE,
)


def refuse_mixed(own: Sequence[Order]) -> None:
    """InputRefused for an order that mixes regular and as-needed doses, whose regular part must not be dropped."""
    for order in own:
        if is_mixed(order):
            raise InputRefused(
                f"'{order.sig or order.text}' mixes a regular and an as-needed dose in one line, and how much of it is "
                "taken every day is not clear.",
                where=name_of(order),
                next_step="Ask the patient, then write the regular and the as-needed part as two medicines, such as "
                f"'{name_of(order)} ... mg at night' and '{name_of(order)} ... mg twice daily as needed'. If all of it "
                "is as needed, write it as the second alone.",
            )  # fmt: skip


def is_mixed(order: Order) -> bool:
    """Whether an order holds both a regular dose and one as needed, by its directions or its least dose a day."""
    a_day = order.dose_mg_per_day
    if order.prn is True and a_day is not None and a_day.low > 0:
        return True
    return words_mix(order.sig or order.text)


def words_mix(directions: str) -> bool:
    """Whether directions hold an as-needed dose beside another dose or time of intake."""
    # JUDGEMENT: where it is not clear whether 'as needed' covers both halves ('morning and night as needed') they
    # count as mixed. To ask costs a line; a regular dose left out would be an abrupt fall on the first day.
    pieces = _JOINED.split(directions)
    parts, joints = pieces[::2], pieces[1::2]
    needed = [place for place, part in enumerate(parts) if _AS_NEEDED.search(part)]
    if any(_two_amounts(parts[place]) for place in needed):
        return True
    return any(
        _beside(parts, joints, place, other) for place in needed for other in range(len(parts)) if other not in needed
    )


def _beside(parts: Sequence[str], joints: Sequence[str], needed: int, other: int) -> bool:
    """Whether a part is a dose of its own beside the part that is as needed."""
    part = parts[other]
    amount, when = bool(_AMOUNT.search(part)), bool(_WHEN.search(part))
    if _LIMIT.search(part) or not (amount or when):
        return False
    if any(_JOINS.search(joint) for joint in joints[min(needed, other) : max(needed, other)]):
        return True
    # Set apart by a comma only: '1 tablet, twice daily as needed' is one dose, 'daily, 0.5 mg as needed' is two.
    return bool(_AMOUNT.search(parts[needed])) and (amount or other < needed)


def _two_amounts(part: str) -> bool:
    """Two amounts of one unit in one breath ('1 mg at night 0.5 mg as needed'), ceilings left out."""
    units = [found.group(1).casefold() for found in _AMOUNT.finditer(_LIMIT.split(part)[0])]
    return len(units) > len(set(units))
