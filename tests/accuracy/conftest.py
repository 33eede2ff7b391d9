"""What the tests of accuracy share: knowledge of drugs made up for it."""

from __future__ import annotations

import pytest

from benzosafe.knowledge.kinetics_model import Potency
from tests.accuracy.made_up_drugs import FORMED, MADE_CL, MADE_V, disposition, quantity, uptake


@pytest.fixture(scope="module")
def made_up(knowledge):
    """Oxazepam as one compartment with everything known; nordazepam as its metabolite; lorazepam with a periphery;
    fluconazole as an inhibitor of CYP3A4 in the liver alone."""
    one = disposition(
        "oxazepam",
        routes={
            "oral": uptake(),
            "rectal": {"bioavailability": quantity(0.5), "constant_over_h": quantity(2.0)},
            "intravenous": {"bioavailability": quantity(1.0), "constant_over_h": quantity(0.05)},
        },
        blood_plasma_ratio=quantity(0.7),
        shares=[{"enzyme": "cyp3a4", "share": quantity(0.5, 0.5, 0.5), "basis": "measured"}],
        metabolites=[{"analyte": "nordazepam", "formed_mg_per_mg": quantity(FORMED)}],
        formed_from_mg_per_mg={"clorazepate": quantity(0.66)},
        covariates=[
            {"when": "cirrhosis", "clearance": quantity(0.5, source="SOMEBODY_1999")},
            {"when": "age_over_65", "volume": quantity(2.0)},
            {"when": "male_over_65", "clearance": quantity(0.8)},
            {"when": "cyp2c19_poor", "clearance": quantity(0.4)},
        ],
        set_from=["row-77", "LABEL_X", "Miller 1984"],
    )
    made = disposition("nordazepam", MADE_CL, MADE_V, set_from=["ABOUT_THE_METABOLITE"])
    two = disposition(
        "lorazepam", 4.0, 30.0, exchange_l_per_h=quantity(20.0), peripheral_volume_l=quantity(50.0),
        routes={"oral": uptake(lag_h=None)},
    )  # fmt: skip
    drawn = disposition("temazepam", routes={"oral": uptake()}).model_copy(
        update={"clearance_l_per_h": one.clearance_l_per_h.model_copy(update={"low": 2.0, "high": 4.5})}
    )
    own = {item.analyte: item for item in (one, made, two, drawn)}
    left = {**quantity(0.4, 0.4, 0.4), "note": "of the liver; none of the gut"}
    inhibitor = Potency.model_validate({
        "perpetrator": "fluconazole", "checked": {"on": "2026-11-01", "next": "2027-05-01"},
        "reference_mg_per_day": quantity(100.0), "half_life_h": quantity(30.0), "tmax_h": quantity(2.0),
        "effects": [{
            "enzyme": "cyp3a4", "action": "inhibition", "activity": left, "gut_activity": quantity(1.0),
            "basis": "measured",
        }],
    })  # fmt: skip
    potencies = {"fluconazole": inhibitor}
    return knowledge.model_copy(update={"dispositions": own, "potencies": potencies})
