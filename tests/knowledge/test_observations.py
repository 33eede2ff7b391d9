"""Measurements and questions: which one is meant, in which unit, with which answer."""

from __future__ import annotations

import pytest

from benzosafe.knowledge.concepts import LOINC, SNOMED
from tests.knowledge.concept_files import index


@pytest.mark.parametrize(
    ("text", "codes", "expected"),
    [
        ("", [(LOINC, "29463-7")], "weight_kg"),
        ("Body weight", [], "weight_kg"),
        ("Weight (measured)", [], "weight_kg"),
        ("birth weight", [], None),
        ("ideal body weight", [], None),
        ("Creatinine [Mass/volume] in Serum or Plasma", [(LOINC, "2160-0")], "creatinine_mg_per_dl"),
        ("Creatinine", [], "creatinine_mg_per_dl"),
        ("Creatinine", [(LOINC, "2161-8")], None),
        ("Albumin", [(LOINC, "1754-1")], None),
        ("ISI score", [(LOINC, "99999-9")], "isi_score"),
        ("PHQ-9 total score", [], "phq9_score"),
        ("eGFR", [(LOINC, "98979-8")], "egfr_ml_per_min"),
        ("", [(SNOMED, "27113001")], "weight_kg"),
        ("something else", [], None),
    ],
)
def test_measurements(text: str, codes: list[tuple[str, str]], expected: str | None) -> None:
    assert index().observation(text, codes) == expected


@pytest.mark.parametrize(
    ("concept", "value", "unit", "expected"),
    [
        ("weight_kg", 150, "[lb_av]", 68.0389),
        ("weight_kg", 150, "lbs", 68.0389),
        ("weight_kg", 3500, "g", 3.5),
        ("weight_kg", 70, "KG", 70),
        ("height_cm", 70, "[in_i]", 177.8),
        ("height_cm", 1.8, "m", 180),
        ("creatinine_mg_per_dl", 88.4, "µmol/L", 1.0),
        ("creatinine_mg_per_dl", 88.4, "umol/l", 1.0),
        ("bilirubin_mg_per_dl", 17.1, "umol/L", 1.0),
        ("albumin_g_per_dl", 35, "g/L", 3.5),
        ("egfr_ml_per_min", 60, "mL/min/1.73m2", 60),
        ("egfr_ml_per_min", 60, "mL/min/{1.73_m2}", 60),
        ("egfr_ml_per_min", 60, "mL/min/1.73 m²", 60),
        ("pco2_mmhg", 6, "kPa", 45.0),
        ("alcohol_drinks_per_week", 2, "{drinks}/d", 14),
        ("cigarettes_per_day", 0.5, "packs/day", 10),
        ("clonazepam_level_ng_per_ml", 100, "nmol/L", 31.571),
        ("phq9_score", 12, "", 12),
        ("phq9_score", 12, "{score}", 12),
        ("inr", 1.1, "1", 1.1),
    ],
)
def test_units(concept: str, value: float, unit: str, expected: float) -> None:
    assert index().convert(concept, value, unit) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("concept", "unit"),
    [("weight_kg", ""), ("weight_kg", "cm"), ("creatinine_mg_per_dl", ""), ("egfr_ml_per_min", "%")],
)
def test_a_unit_nobody_named_is_refused_with_the_allowed_ones(concept: str, unit: str) -> None:
    with pytest.raises(ValueError, match="allowed units"):
        index().convert(concept, 70, unit)


@pytest.mark.parametrize(
    ("concept", "text", "codes", "expected"),
    [
        ("smoking_status", "", [(SNOMED, "8517006")], "former"),
        ("smoking_status", "Never smoker", [], "never"),
        ("smoking_status", "Ex-smoker (finding)", [], "former"),
        ("smoking_status", "smokes 10 a day", [], "current"),
        ("smoking_status", "unknown if ever smoked", [], None),
        ("pregnancy_status", "", [(LOINC, "LA15173-0")], "pregnant"),
        ("pregnancy_status", "Not pregnant", [], "not_pregnant"),
        ("pregnancy_status", "possibly not", [], None),
        ("pregnancy_status", "not known to be pregnant", [], None),
        ("pregnancy_status", "true", [], "pregnant"),
        ("breastfeeding_status", "", [(LOINC, "LA29253-4")], "not_breastfeeding"),
        ("cyp2c19_phenotype", "CYP2C19 poor metabolizer", [], "poor"),
        ("cyp2c19_phenotype", "Ultrarapid metaboliser", [], "ultrarapid"),
        ("alcohol_status", "drinks socially", [], "current"),
        ("alcohol_status", "does not drink", [], "none"),
        ("driving_status", "HGV driver", [], "professional"),
        ("driving_status", "does not drive", [], "non_driver"),
        ("naloxone_at_home", "Yes", [], "yes"),
        ("naloxone_at_home", "No", [], "no"),
        ("frailty_status", "Severe frailty", [], "severe"),
        ("weight_kg", "heavy", [], None),
        ("no_such_question", "yes", [], None),
    ],
)
def test_answers(concept: str, text: str, codes: list[tuple[str, str]], expected: str | None) -> None:
    assert index().category(concept, text, codes) == expected
