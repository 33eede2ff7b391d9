"""Which HL7 code (v3-ActCode) a finding is given beside its own rule id."""

from __future__ import annotations

from typing import Any

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
DISPLAYS = {
    "ALGY": "Allergy Alert",
    "COMPLY": "Compliance Alert",
    "COND": "Condition Alert",
    "DACT": "drug action detected issue",
    "DOSE": "Dosage problem",
    "DOSEDURH": "Dose-Duration High Alert",
    "DOSEH": "High Dose Alert",
    "DRG": "Drug Interaction Alert",
    "DUPTHPY": "Duplicate Therapy Alert",
    "GEALRT": "geriatric alert",
    "GEN": "Genetic Alert",
    "LACT": "Lactation Alert",
    "PEALRT": "pediatric alert",
    "PREG": "Pregnancy Alert",
    "TPROD": "Therapeutic Product Alert",
}

# A word of the rule's name decides first, then its topic; what neither tells is a drug action.
_BY_WORD = (
    ("allergy", "ALGY"),
    ("pregnan", "PREG"),
    ("lactation", "LACT"),
    ("breastfe", "LACT"),
    ("older_adult", "GEALRT"),
    ("beers", "GEALRT"),
    ("child", "PEALRT"),
    ("under_18", "PEALRT"),
    ("under_six_months", "PEALRT"),
    ("newborn", "PEALRT"),
    ("poor_metaboliser", "GEN"),
    ("above_label", "DOSEH"),
    ("above_maximum", "DOSEH"),
    ("dose_high", "DOSEH"),
    ("tenfold", "DOSEH"),
    ("daily_dose_given_as_single", "DOSEH"),
    ("use_over", "DOSEDURH"),
    ("supply_", "COMPLY"),
    ("lung_disease", "COND"),
    ("neuromuscular_disease", "COND"),
    ("hypoventilation", "COND"),
    ("pneumonia", "COND"),
    ("gas_exchange", "COND"),
    ("respiratory_failure", "COND"),
    ("apnoea", "COND"),
    ("swallowing", "COND"),
)
_BY_TOPIC = (
    ("respiratory", "DRG"),
    ("metabolism", "DRG"),
    ("interaction", "DRG"),
    ("duplic", "DUPTHPY"),
    ("dose", "DOSE"),
    ("duration", "DOSE"),
    ("identity", "TPROD"),
    ("mix", "TPROD"),
    ("populations", "COND"),
    ("condition", "COND"),
    ("supply", "COMPLY"),
)


def act_code(finding: dict[str, Any]) -> str:
    """The v3-ActCode of a finding, from its rule's name and topic."""
    rule, topic = str(finding.get("rule") or ""), str(finding.get("topic") or "")
    if topic.startswith("respiratory") and not (finding.get("ingredients") or [None, None])[1:]:
        return "COND"  # one drug and a condition of the patient, not two drugs
    for marks, name in ((_BY_WORD, rule), (_BY_TOPIC, topic)):
        for mark, code in marks:
            if mark in name:
                return code
    return "DACT"
