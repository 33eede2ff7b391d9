"""A simulation of clonazepam as every rendering is given it."""

from __future__ import annotations

DAYS = 20
TIMES_H = [float(hour) for hour in range(0, DAYS * 24 + 1, 2)]


def simulation(**changed):
    """Clonazepam 1 mg at 08:00 for 20 days, an inhibitor on days 5 to 10 and an inducer from day 15 on."""
    drug, metabolite = _analyte("clonazepam", 10.0), _analyte("7-aminoclonazepam", 4.0)
    drug["aimed_at_ng_per_ml"] = changed.pop("aimed_at", aimed_at(20.0, 70.0))
    data = {
        "schema_version": "1", "status": "draft", "drug": "clonazepam", "route": "oral", "days": DAYS, "people": 50,
        "seed": 3, "unit": "ng/mL", "times_h": TIMES_H, "starts_on": None,
        "analytes": [drug, metabolite],
        "doses": [{"at_h": 24.0 * day + 8, "mg": 1.0} for day in range(DAYS)],
        "beside": [
            {"drug": "fluconazole", "from_day": 5, "to_day": 10, "mg_per_day": 200.0, "stops_inside": True},
            {"drug": "rifampicin", "from_day": 15, "to_day": DAYS, "mg_per_day": None, "stops_inside": False},
        ],
        "exposure_by_day": by_day(),
        "exposure_peak": {
            "day": 10, "auc_ratio": {"value": 2.5, "low": 2.0, "high": 3.1}, "mg_that_day": 1.0,
            "like_mg_per_day": {"value": 2.5, "low": 2.0, "high": 3.1}, "back_to_normal_day": 12,
        },
        "exposure_of": ["clonazepam"], "rules": [], "rests_on": ["strength of fluconazole on CYP3A4: derived"],
        "assumed": ["clonazepam: intake at 08:00 is assumed"],
    }  # fmt: skip
    found = {**data, **changed}
    return {**found, "beside": [{"dose_unit": "mg a day", **course} for course in found["beside"]]}


def by_day():
    ratios = [2.5 if 5 <= day <= 10 else 1.5 if day == 11 else 0.8 if day >= 15 else 1.0 for day in range(1, DAYS + 1)]
    return [
        {"day": day, "value": ratio, "low": ratio * 0.8, "high": ratio * 1.24} for day, ratio in enumerate(ratios, 1)
    ]


def _analyte(name, level):
    typical = [level * (2 - (hour - 8) % 24 / 24) if hour > 8 else 0.0 for hour in TIMES_H]
    factors = {"people_low": 0.5, "people_high": 1.7, "typical_low": 0.8, "typical_high": 1.2}
    bands = {band: [value * factor for value in typical] for band, factor in factors.items()}
    top = max(range(len(typical)), key=typical.__getitem__)
    highest = {"at_h": TIMES_H[top], "value": typical[top], "low": bands["typical_low"][top]}
    highest |= {"high": bands["typical_high"][top]}
    highest |= {band: bands[band][top] for band in ("people_low", "people_high")}
    end = {"value": typical[-1], "low": bands["typical_low"][-1], "high": bands["typical_high"][-1]}
    return {
        "analyte": name, "typical": typical, **bands, "highest": highest, "end": end, "exposure_by_day": by_day(),
        "aimed_at_ng_per_ml": None,
    }  # fmt: skip


def aimed_at(low, high, sum_of=()):
    found = {"low": low, "high": high, "population": "adults", "note": "", "confidence": "recalled"}
    return {**found, "sum_of": list(sum_of)}
