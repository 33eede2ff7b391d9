"""The catalogue: every benzodiazepine and Z-drug with its names, products, labelled uses, law and codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from benzosafe.catalogue.prices import Price, PriceBook, is_old
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import BenzodiazepineFacts, Drug, ProductForm

LIQUID_UNIT = "mg per mL"
_BEFORE_STRENGTH = re.compile(r"(?:\d+ hr )?([a-z ]+?) [\d.]+ mg")
Json = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One drug as the catalogue shows it."""

    drug: Drug
    facts: BenzodiazepineFacts

    @property
    def name(self) -> str:
        """The international non-proprietary name."""
        return self.drug.name


def entries(knowledge: Knowledge) -> list[Entry]:
    """Every drug of the catalogue, by name."""
    dosed = ((drug, drug.benzodiazepine) for _, drug in sorted(knowledge.drugs.items()))
    return [Entry(drug, facts) for drug, facts in dosed if facts]


def entry_of(knowledge: Knowledge, name: str) -> Entry | None:
    """One drug by its name; None where it is not in the catalogue."""
    drug = knowledge.drugs.get(name)
    return Entry(drug, drug.benzodiazepine) if drug and drug.benzodiazepine else None


def form_name(form: ProductForm) -> str:
    """'oral solution' of 'oral solution, mg per mL'."""
    return form.form.split(",")[0].strip()


def entry_data(entry: Entry, knowledge: Knowledge, prices: PriceBook, on: date, country: str | None = None) -> Json:
    """A drug as plain data; of the products those of a country where one is given."""
    facts, drug = entry.facts, entry.drug
    return {
        "name": drug.name, "classes": list(drug.classes), "status": drug.status,
        "brands": list(drug.names.brands), "other_names": list(drug.names.synonyms),
        "salts": _salts(drug.name, knowledge),
        "taken_for": [_reason(knowledge, name) for name in facts.indications],
        "not_with": [
            {"condition": _label(knowledge, item.condition), "where": item.jurisdiction,
             "source": item.evidence.source, "confidence": item.evidence.confidence}
            for item in facts.contraindications
        ],
        "schedule": dict(facts.schedule), "controlled": bool(facts.schedule), "codes": _codes(drug),
        "products": [
            product for form in facts.products if country in (None, form.country)
            for product in _products(form, drug.name, knowledge, (prices, on))
        ],
        "prices_loaded": len(prices) > 0, "stopping": drug.stopping.why if drug.stopping else "",
    }  # fmt: skip


def _reason(knowledge: Knowledge, condition: str) -> str:
    found = knowledge.conditions.get(condition)
    return found.as_reason if found else condition.replace("_", " ")


def _label(knowledge: Knowledge, condition: str) -> str:
    found = knowledge.conditions.get(condition)
    return found.label if found else condition.replace("_", " ")


def _salts(drug: str, knowledge: Knowledge) -> list[str]:
    """What RxNorm's names of the products hold: 'zolpidem tartrate', or the drug alone; empty is not known."""
    names = (_BEFORE_STRENGTH.match(item.name.lower()) for item in knowledge.products if item.ingredients == (drug,))
    return sorted({match[1].strip() for match in names if match and match[1].strip().startswith(drug)})


def _codes(drug: Drug) -> Json:
    codes = drug.codes
    return {
        "rxcui": codes.rxcui.value if codes.rxcui else None, "atc": [code.value for code in codes.atc],
        "unii": codes.unii.value if codes.unii else None,
    }  # fmt: skip


def _products(form: ProductForm, drug: str, knowledge: Knowledge, priced: tuple[PriceBook, date]) -> Iterator[Json]:
    book, on = priced
    liquid = LIQUID_UNIT in form.form
    for strength in form.strengths_mg:
        yield {
            "country": form.country, "form": form_name(form), "strength_mg": strength, "per_ml": liquid,
            "scored": form.scored, "may_be_halved": form.scored == "yes" and "tablet" in form.form, "note": form.note,
            "source": form.source, "confidence": form.confidence,
            "rxcui": [
                item.rxcui for item in knowledge.products
                if item.ingredients == (drug,) and item.strengths_mg == (strength,) and _same_form(item.form, form)
            ],
            "prices": [_price(price, on) for price in _cheapest(book.prices_of(drug, strength, form_name(form), on))]
            if form.country == "US" else [],
        }  # fmt: skip


def _same_form(code_form: str | None, form: ProductForm) -> bool:
    name = form_name(form)
    return code_form == name or (code_form == "disintegrating" and name.startswith("orally disintegrating"))


def _cheapest(prices: Sequence[Price]) -> list[Price]:
    """The cheapest and the dearest."""
    return [prices[0], prices[-1]] if len(prices) > 1 else list(prices)


def _price(price: Price, on: date) -> Json:
    return {
        "unit_price": str(price.unit_price), "currency": price.currency, "unit": price.unit, "ndc": price.ndc,
        "effective_on": price.effective_on.isoformat() if price.effective_on else None, "source": price.source,
        "old": is_old(price, on), "thirty_units": str((price.unit_price * Decimal(30)).quantize(Decimal("0.01"))),
    }  # fmt: skip
