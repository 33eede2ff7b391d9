"""The data of a taper with its assessment, levels, crossover and comparison, as the clinician's page is given it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from benzosafe.taper.plan import Override, Pace, TaperPlan, TaperStep
from benzosafe.taper.product import Dose, Portion, Product
from benzosafe.taper.record import plan_data

TABLET = Product("tablet", 500, True, "UK", "smpc_uk")
BEGINS = date(2027, 3, 1)
CITED = {"id": "asam_2025", "at": "Rec 6", "strength": "", "confidence": "verified"}


def planned(half_tablets=(7, 6, 5, 4, 3, 2, 1, 0), days=14, override=None, within_limit=False):
    """From 2 mg of clonazepam a day; each step takes so many halves of a 0.5 mg tablet at 20:00."""
    steps, before = [], 8
    for number, halves in enumerate(half_tablets, 1):
        fall = Fraction(before - halves, before)
        doses = (Dose(20.0, (Portion(TABLET, halves),) if halves else ()),)
        begins = BEGINS + timedelta(days=(number - 1) * days)
        steps.append(TaperStep(number, begins, days, halves * 250, doses, fall, fall, halves == 0))
        before = halves
    plan = TaperPlan(
        "clonazepam", (Dose(20.0, (Portion(TABLET, 8),)),), tuple(steps),
        Pace(Fraction(1, 2 if override else 8), days), "linear", 0,
        (TABLET,), ("noted & <kept>",), override, within_limit,
    )  # fmt: skip
    return plan_data(plan)


def point(title, words="words", **changed):
    return {"title": title, "words": words, "state": "present", "sources": [CITED], **changed}


def taper(override=None, within_limit=True, half_tablets=(7, 6), **changed):
    """The data of a taper without levels, crossover and comparison; it goes on at the last dose."""
    data = planned(half_tablets, override=override, within_limit=within_limit)
    data["target_mg_per_day"] = half_tablets[-1] * 0.25
    words = [
        ("Whether to taper clonazepam (draft)", ["A plan may be proposed.", "A choice: with them. [asam_2025, Rec 4]"]),
        ("Risk of complicated withdrawal", ["Long use: present. A year.", "Pregnancy: absent", "Brain injury: absent"]),
        ("Harm of continuing", ["Falls: more of them. [beers_2023 (recalled)]"]),
        ("Harm of stopping", ["Withdrawal: likely. [fda_2020]"]),
        ("Where it may end", ["A lower dose: accepted. [asam_2025]"]),
    ]
    count = {"product": "0.5 mg tablet", "unit": "tablet", "words": "42 (forty-two) tablets", "handed_out": 42,
             "bottles": None, "taken_words": "42 tablets", "cuts": 7, "left": 0.0,
             "left_words": "0 tablets"}  # fmt: skip
    return data | {
        "patient": "ann", "reviewed_on": "2027-02-20", "country": "UK", "agents": ["clonazepam"],
        "agent_reasons": ["clonazepam is the only one taken"],
        "assessment": {
            "points": [point("A choice"), point("Falls"), point("Withdrawal"), point("Long use"),
                       point("A lower dose", sources=[{**CITED, "id": "beers_2023", "confidence": "recalled"}])],
            "suggested_pace": {"share": 0.05, "days": 28, "why": "Long use."},
            "words": [{"heading": heading, "lines": lines} for heading, lines in words],
        },
        "crossover": None, "levels": None, "comparison": [],
        "supply": {
            "fills": [{"number": 1, "starts_on": "2027-03-01", "ends_on": "2027-03-28", "earliest_on": "2027-02-26",
                       "counts": [count]}],
            "totals": [count], "counts_add_up": True, "disposal": "To the pharmacy.", "notes": ["Count at home."],
            "law": {"name": "United Kingdom", "schedule": "", "limits": []},
        },
    } | changed  # fmt: skip


def crossover():
    values = [("vadod_2021", "VA/DoD 2021", 10.0), ("ashton_2002", "Ashton 2002", 20.0)]
    stage = {"number": 1, "starts_on": "2027-02-15", "ends_on": "2027-02-28", "old": [], "new_wanted_mg": 20.0,
             "new_mg": 20.0, "new": [{"at_h": 20.0, "mg": 20.0, "words": ["2 × 10 mg tablet"]}]}  # fmt: skip
    return {
        "from": "lorazepam", "to": "clonazepam", "discouraged": True, "not_known": ["CYP2C19 poor metaboliser"],
        "against": [{"what": "age 65 or over", "why": "it builds up", "source": "klotz_1975", "confidence": "derived"}],
        "warnings": ["by Ashton 2002: the change lowers the dose by 50%"], "notes": ["optional"],
        "before": {"words": "2 mg at 20:00"}, "made": [stage], "levels": None,
        "equivalence": {
            "unit": "mg of clonazepam for 1 mg of lorazepam", "low": 10.0, "high": 20.0,
            "used": {"table": "vadod_2021", "ratio": 10.0, "why": "the lower of the two"},
            "values": [{"table": table, "title": title, "source": table, "confidence": "verified", "low": mg,
                        "high": mg} for table, title, mg in values],
        },
    }  # fmt: skip


def simulated():
    """Levels of two steps with a sure flag on step 2 and an unsure one on step 1."""
    flags = [
        {"kind": "falls", "steps": [number], "on": "2027-03-20", "day": 20, "of": "clonazepam", "sure": sure,
         "what": f"Step {number}: the level falls by 40 %.", "do": f"Hold step {number}."}
        for number, sure in ((1, False), (2, True))
    ]  # fmt: skip
    curve = [20.0 - day / 4 for day in range(28)]
    names = ("average", "people_low", "people_high", "typical_low", "typical_high", "lowest", "highest")
    band = {"value": 13.0, "low": 12.0, "high": 14.0}
    steps = [
        {"number": number, "starts_on": begins, "ends_on": ends, "mg_per_day": mg, "exposure_fall": {"value": fall},
         "levels": [{"of": "clonazepam", "average": band}]}
        for number, begins, ends, mg, fall in (
            (1, "2027-03-01", "2027-03-14", 1.75, 0.09), (2, "2027-03-15", "2027-03-28", 1.5, 0.4)
        )
    ]  # fmt: skip
    return {
        "drug": "clonazepam", "starts_on": "2027-03-01", "days": 28, "ceiling": {"share": 0.25, "days": 14},
        "before_mg_per_day": 2.0, "override": None, "beside": [], "hints": [], "flags": flags, "steps": steps,
        "series": [{"of": "clonazepam", "before": 20.0, **dict.fromkeys(names, curve)}],
        "notes": ["70 kg adult"], "rests_on": ["CYP3A4 carries 15 %"],
    }  # fmt: skip


def compared():
    def reading(breaks):
        return {"reading": "of the first dose", "drug": "diazepam", "from_mg_per_day": 40.0, "days": 98,
                "equivalence": "highest published equivalence of 2 mg clonazepam: Textbook 2", "largest_fall": 0.667,
                "breaches": 3 if breaks else 0, "breaks_ceiling": breaks, "steps": [{}] * 8}  # fmt: skip

    own = {"source": "nice_cks", "confidence": "recalled", "at": "an eighth", "note": "older copy", "why_not": ""}
    return [
        {**own, "title": "NICE CKS", "readings": [reading(True), reading(False)]},
        {**own, "title": "US label of alprazolam", "readings": [], "why_not": "it is written for alprazolam."},
    ]


OVERRIDE = Override("Dr Ann Example", "Admission is planned <soon>")


def fast(override=OVERRIDE, **changed):
    """A plan that halves the dose in a fortnight and goes on to none, allowed by name."""
    return taper(override, within_limit=False, half_tablets=(4, 3, 2, 1, 0), target_mg_per_day=0.0, **changed)
