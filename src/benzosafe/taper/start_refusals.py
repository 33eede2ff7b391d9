"""For whom and for which orders no start of a taper is given: each with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from benzosafe.errors import InputRefused
from benzosafe.facts.catalog import catalog_of
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.taper_advice_model import TaperAdvice
from benzosafe.patient.tables import Order, Record
from benzosafe.taper.start_supply import illicit_supply
from benzosafe.taper.start_times import name_of

# JUDGEMENT: in the name and the form every usual mark of slow release counts; in directions only words that mean
# nothing else ('seen in ER', 'per MR Smith').
_SLOW_NAME = re.compile(
    r"\b(?:xr|er|sr|cr|xl|mr|retard\w*|extended|prolonged|(?:modified|controlled|sustained|slow)[-_ ]?release|"
    r"(?:extended|prolonged)[-_ ]?release|liberaci[oó]n (?:prolongada|modificada|controlada|sostenida))\b",
    re.IGNORECASE,
)
_SLOW_DIRECTIONS = re.compile(
    r"\b(?:xr|retard\w*|(?:extended|prolonged|modified|controlled|sustained|slow)[-_ ]?release|"
    r"liberaci[oó]n (?:prolongada|modificada|controlada|sostenida))\b",
    re.IGNORECASE,
)


def completed_years(record: Record, on: date) -> int | None:
    """Age in completed years on a day, as people say it [a]; None when it is not known."""
    if record.age_years is not None:
        return int(max(record.age_years, 0))
    if record.birth_on is None:
        return None
    born = record.birth_on
    return max(on.year - born.year - ((on.month, on.day) < (born.month, born.day)), 0)


def is_slow_release(order: Order) -> bool:
    """Whether an order is written for an extended-release product, in its name, its form or its directions."""
    name = f"{order.text} {order.form or ''}"
    return bool(_SLOW_NAME.search(name) or _SLOW_DIRECTIONS.search(order.sig))


def refuse_child(knowledge: Knowledge, record: Record, on: date) -> list[str]:
    """InputRefused below the age of an adult; else what was assumed of the age."""
    age, adult = completed_years(record, on), knowledge.parameters["adult_age_years"].lowest
    if age is not None and age < adult:
        raise InputRefused(
            f"a patient of {age} years: no taper is computed below {adult:g} for want of sources.",
            where=record.patient_id, next_step="Ask a paediatric specialist; do not stop the medicine meanwhile.",
        )  # fmt: skip
    return [] if age is not None else ["the age is not known: an adult is assumed"]


def refuse_illicit_supply(knowledge: Knowledge, record: Record) -> None:
    """InputRefused when the record says that any of it came from no pharmacy; nothing overrides it."""
    written = illicit_supply(knowledge, record)
    if written:
        advice = knowledge.taper_advice["illicit_supply"]
        raise InputRefused(
            f"{advice.title} ({'; '.join(repr(text) for text in written)}). {advice.words}", where=record.patient_id,
            next_step=" ".join(advice.instead.split()),
        )  # fmt: skip


def refuse_novel(knowledge: Knowledge, taken: Sequence[Order]) -> None:
    """No plan beside one either: what is in it is not known, and the sum decides about withdrawal."""
    novel = [name_of(o) for o in taken if "novel_benzodiazepine" in catalog_of(knowledge).classes_of(name_of(o))]
    if novel:
        raise InputRefused(
            "an illicit or novel benzodiazepine: what a dose holds and how long it lasts are not known, so neither an "
            "equivalence nor a taper is computed (asam_2025, Table 2 note c).",
            where=", ".join(dict.fromkeys(novel)),
            next_step="It must not be stopped at once. Ask addiction medicine: the lowest dose of a known "
            "benzodiazepine that controls withdrawal is found first, and tapered from there.",
        )  # fmt: skip


def refuse_slow_release(knowledge: Knowledge, own: Sequence[Order]) -> None:
    """A slow release cannot be cut, and its whole day in one dose of plain tablets is another treatment."""
    for order in own:
        if is_slow_release(order):
            name = name_of(order)
            for_sleep = is_for_sleep_only(knowledge, name)
            advice = knowledge.taper_advice["slow_release_for_sleep" if for_sleep else "slow_release"]
            instead = instead_for(advice, name)
            if for_sleep:
                instead = instead.replace(f"{name} ... mg", f"{name} {_plain_strength(knowledge, order)} mg")
            raise InputRefused(
                f"'{order.text}' is {advice.title[:1].lower()}{advice.title[1:]}. {advice.words}", where=name,
                next_step=instead,
            )  # fmt: skip


def instead_for(advice: TaperAdvice, drug: str) -> str:
    """What to do instead, in one line and with the name of the drug it is about."""
    return " ".join(advice.instead.split()).replace("DRUG", drug)


def is_for_sleep_only(knowledge: Knowledge, name: str) -> bool:
    """Whether a drug is for sleep and not for the day too, by its indications (lorazepam is for both)."""
    facts = knowledge.drugs[name].benzodiazepine
    indications = facts.indications if facts else ()
    return "insomnia" in indications and not any("anxiety" in what or "panic" in what for what in indications)


def _plain_strength(knowledge: Knowledge, order: Order) -> str:
    """The strength [mg] of the plain tablet in the example for an extended-release hypnotic, else an ellipsis."""
    # JUDGEMENT: the example is the largest plain strength not above the dose written, as a form of words and not as
    # an equivalent; which dose it is the prescriber decides.
    dose, facts = order.dose_mg_per_day, knowledge.drugs[name_of(order)].benzodiazepine
    plain = [
        strength for product in (facts.products if facts else ()) if product.form in ("tablet", "capsule")
        for strength in product.strengths_mg if dose is not None and strength <= dose.high
    ]  # fmt: skip
    return f"{max(plain):g}" if plain else "..."


def refuse_twice(own: Sequence[Order]) -> None:
    """Two entries that say the same are more often one prescription written twice than two."""
    seen: dict[tuple[str, str, str], Order] = {}
    for order in own:
        key = (order.text.casefold(), order.sig.casefold(), str(order.dose_mg_per_day))
        if key in seen:
            raise InputRefused(
                f"is entered twice in the same words: {seen[key].order_id} and {order.order_id}.", where=name_of(order),
                next_step="Remove one, or write the whole dose in one entry.",
            )  # fmt: skip
        seen[key] = order
