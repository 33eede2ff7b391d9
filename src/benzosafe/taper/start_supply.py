"""Whether what is taken comes from a pharmacy: words of a record that say it was made or sold illicitly."""

from __future__ import annotations

import re

from benzosafe.exposure.patient_spans import never_taken
from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Condition, Order, Record

# JUDGEMENT: words after which nobody can know what a tablet holds, so that no dose is computed (asam_2025, Table 2
# note c, and the text to Table 7). They stand alone in the name of a medicine and in its directions; in a reason
# ('for withdrawal from illicit benzodiazepines') only words of buying count, for the medicine itself may well be
# dispensed. Nothing here tells a good source on the internet from a bad one; an entry that is wrong is corrected,
# never overridden. None of the words is part of a name of a medicine known here (tested).
_MADE = re.compile(
    r"\b(?:counterfeit(?:ed|s)?|illicit(?:ly)?|illegal(?:ly)?|fakes?|bootleg(?:ged)?|pressed|black[- ]?market|"
    r"dark[- ]?(?:web|net)|designer|research[- ]chemicals?|street(?!\s+(?:pharmacy|chemist))|"
    r"falsificad[oa]s?|ilegal(?:es)?|il[ií]cit[oa]s?)\b",
    re.IGNORECASE,
)
_STREET_ADDRESS = re.compile(r"\bstreet\b", re.IGNORECASE)
_BOUGHT = re.compile(
    r"\b(?:(?:buys?|buying|bought|purchased?|ordered|obtained|acquired|gets?|got|sourced|supplied)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:online|(?:on|from|off|over|via|through)\s+(?:the\s+|an?\s+)?"
    r"(?:street|internet|web|dealer|social media|market))|"
    r"(?:from|off)\s+(?:the\s+street|the\s+internet|an?\s+dealer|a\s+street\s+dealer|an?\s+online\s+seller)|"
    r"street[- ](?:bought|sourced|source|supply|supplied|pills?|tablets?|drugs?)|without\s+(?:a\s+)?prescription|"
    r"comprad[oa]s?\s+(?:en|por)\s+(?:la\s+calle|internet)|de\s+la\s+calle)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|non|never|denies)[ -](?:(?:from|bought|using|taking|any|currently) )?$", re.IGNORECASE
)
_SEDATIVE = re.compile(
    r"\b(?:benzos?|benzodiaz\w*|benzodiac\w*|z-?drugs?|sedatives?|tranquilli[sz]ers?|sleeping|pills?|tablets?|bars?|"
    r"pastillas?)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\bfor\b.*", re.IGNORECASE | re.DOTALL)
_RECREATIONAL = "recreational["  # how the entries of that list of the hand-written form are numbered


def illicit_supply(knowledge: Knowledge, record: Record) -> tuple[str, ...]:
    """What a record says of benzodiazepines, Z-drugs or unknown tablets that no pharmacy handed out, in its own words.

    Orders that may be taken now, and conditions that are not over; empty when it says nothing of the kind.
    """
    orders = [order for order in record.orders if order.active is not False and not never_taken(order)]
    found = [_written(order) for order in orders if _illicit_order(knowledge, order)]
    found += [item.text for item in record.conditions if _illicit_condition(knowledge, item)]
    return tuple(dict.fromkeys(found))


def _illicit_order(knowledge: Knowledge, order: Order) -> bool:
    everything = f"{order.text} {order.sig} {order.indication_text}"
    known = order.ingredient is not None and "bzra" in catalog_of(knowledge).classes_of(order.ingredient)
    if not known and (order.ingredient is not None or not _SEDATIVE.search(everything)):
        return False
    # JUDGEMENT: what a person lists under 'recreational' was not prescribed, and where it comes from is not known.
    if known and order.order_id.startswith(_RECREATIONAL):
        return True
    # A street in the directions or the reason may be that of a pharmacy.
    directions = _STREET_ADDRESS.sub(" ", _REASON.sub(" ", order.sig))
    return _says(_MADE, order.text) or _says(_MADE, directions) or _says(_BOUGHT, everything)


def _illicit_condition(knowledge: Knowledge, item: Condition) -> bool:
    if item.active is False or not item.present or not (_says(_MADE, item.text) or _says(_BOUGHT, item.text)):
        return False
    classes_of = catalog_of(knowledge).classes_of
    named = any("bzra" in classes_of(name) for name in knowledge.names.resolve(item.text).ingredients)
    return named or _SEDATIVE.search(item.text) is not None


def _says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the words stand there and are not denied ('not from the street')."""
    return any(not _DENIED.search(text[: match.start()]) for match in pattern.finditer(text))


def _written(order: Order) -> str:
    parts = (order.text, order.sig, order.indication_text)
    return ", ".join(part for place, part in enumerate(parts) if part and part not in parts[:place])
