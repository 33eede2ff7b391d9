"""Prescriptions as they stand, of every shape, place and state, for what is written from them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from benzosafe.knowledge.load import load_knowledge
from benzosafe.prescriptions.content import FillPlan, Item
from benzosafe.prescriptions.lifecycle import State
from benzosafe.prescriptions.shelf import Held
from tests.prescriptions.people import NOW, TABLET, TODAY, content

PLACES = sorted(load_knowledge().prescribing)
UNSIGNED = (State.requested, State.needs_information, State.drafted, State.reviewed)
TAPER = (("0.5", 56), ("0.5", 42), ("0.25", 56))


def held(said, state=State.signed, **row):
    """A prescription in a state, signed where it is after the signature."""
    signature = {"signed_at": None, "signature": "", "key_id": None}
    if state not in UNSIGNED:
        signature = {"signed_at": NOW, "signature": "ab" * 64, "key_id": "key-doctor"}
    return Held({"id": "rx-1", "state": str(state), "reason": "", "pharmacy": "", **signature, **row}, said)


def words(said, text="sixty tablets"):
    """The same with its quantities in words."""
    return said.model_copy(
        update={"fills": tuple(fill.model_copy(update={"quantity_in_words": text}) for fill in said.fills)}
    )


def placed(place, **more):
    """A prescription of a place that says all its law wants."""
    said = content(jurisdiction=place, **more)
    return words(said) if place == "IE" else said


def taper(**more):
    """Three fills of which each differs, a fortnight apart."""
    fills = tuple(
        FillPlan(
            number=number + 1, days=14, directions=("2 tablets twice daily" if units == 56 else "3 tablets a day",),
            earliest_on=TODAY + timedelta(days=14 * number),
            items=(Item(ingredient="clonazepam", strength_mg=Decimal(mg), form="tablet", units=Decimal(units)),),
        )
        for number, (mg, units) in enumerate(TAPER)
    )  # fmt: skip
    return content(**{"fills": 1} | more).model_copy(update={"fills": fills})


def fill(number=1, units="60", on=TODAY, product=TABLET, days=30):
    """A row of a fill that was handed out."""
    return {
        "id": f"f-{number}-{on}-{units}", "number": number, "units": {product: units}, "days": days,
        "dispensed_on": on, "pharmacy": "Corner Pharmacy", "guide_given": True,
    }  # fmt: skip


def electronic(knowledge, place="US"):
    """The knowledge if the law of a place let it go electronically from any system."""
    pack = knowledge.prescribing[place]
    rules = tuple(rule.model_copy(update={"electronic": "allowed"}) for rule in pack.rules)
    changed = {**knowledge.prescribing, place: pack.model_copy(update={"rules": rules})}
    return knowledge.model_copy(update={"prescribing": changed})


LAST_US = date(2027, 5, 24)
