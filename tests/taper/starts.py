"""An order taken as needed, and a start read as words, for every test of where a taper starts."""

from __future__ import annotations

from benzosafe.errors import InputRefused
from benzosafe.patient.tables import Bounds, Order

AS_NEEDED = Order(
    "one", "alprazolam 0.5 mg", "alprazolam", "request", route="oral", active=True, prn=True,
    dose_mg_single=Bounds(0.5, 0.5), times_per_day=Bounds(0, 4), dose_mg_per_day=Bounds(0, 2),
)  # fmt: skip


def read_or_refused(start, medicine):
    try:
        return str(start(medicine).amount_ug)
    except InputRefused as refused:
        return refused.message
