"""Drugs made up so that every value can be worked out by hand, and rows about them."""

from __future__ import annotations

from math import exp, log

from benzosafe.accuracy.single_drug import score_single
from benzosafe.knowledge.kinetics_model import Disposition

KA, CL, V, F, LAG = 1.2, 3.0, 60.0, 0.8, 0.25
K = CL / V
MADE_CL, MADE_V, FORMED = 0.9, 40.0, 0.6
TMAX = log(KA / K) / (KA - K) + LAG


def quantity(value, low=None, high=None, source="made_up", unit="1"):
    return {
        "value": value, "low": low, "high": high, "unit": unit, "source": source, "population": "nobody",
        "confidence": "derived",
    }  # fmt: skip


def disposition(analyte, clearance=CL, volume=V, **more):
    spread = {name: quantity(0.3) for name in ("clearance", "volume", "ka")}
    return Disposition.model_validate({
        "analyte": analyte, "checked": {"on": "2026-11-01", "next": "2027-05-01"},
        "clearance_l_per_h": quantity(clearance), "central_volume_l": quantity(volume), "spread": spread, **more,
    })  # fmt: skip


def uptake(**more):
    return {"bioavailability": quantity(F), "ka_per_h": quantity(KA), "lag_h": quantity(LAG), **more}


def row(metric, value, unit, drug="oxazepam", regimen=None, **more):
    how = {"dose_mg": 10.0, "route": "oral", "frequency": "single", **(regimen or {})}
    entry_keys = {key: more.pop(key) for key in ("at_h", "tlast_h", "stat", "matrix") if key in more}
    return {
        "id": "own-1", "drug": drug, "analyte": drug, "regimen": {k: v for k, v in how.items() if v is not None},
        "population": {"description": "healthy"}, "source": "NOBODY_2001", "use": "absolute",
        "observed": [{"metric": metric, "value": value, "unit": unit, **entry_keys}], **more,
    }  # fmt: skip


def scored(knowledge, metric, value=1.0, unit="ng/mL", **more):
    return score_single([row(metric, value, unit, **more)], knowledge, draws=3)[0]


def predicted(knowledge, metric, unit="ng/mL", **more):
    found = scored(knowledge, metric, 1.0, unit, **more)
    assert not found.skipped, found.skipped
    return found.predicted


def level(hours, mg=10.0):
    """Bateman's equation [ng/mL]."""
    since = hours - LAG
    return 0.0 if since <= 0 else 1000 * F * mg / V * KA / (KA - K) * (exp(-K * since) - exp(-KA * since))


def steady(since, every):
    """The same dose every so many hours for ever, `since` the last one was taken [ng/mL]."""
    return sum(level(since + every * back) for back in range(400))
