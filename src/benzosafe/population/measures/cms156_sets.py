"""The lists of CMS156: which value sets belong to which part, and the strengths and limits of digoxin and doxepin."""

from __future__ import annotations

from decimal import Decimal

from benzosafe.knowledge.names import RXNORM

VISITS = (
    "Office Visit", "Ophthalmological Services", "Preventive Care Services Established Office Visit, 18 and Up",
    "Preventive Care Services Initial Office Visit, 18 and Up", "Discharge Services Nursing Facility",
    "Nursing Facility Visit", "Care Services in Long Term Residential Facility", "Annual Wellness Visit",
    "Home Healthcare Services", "Telephone Visits", "Virtual Encounter",
)  # fmt: skip
CPT_ESTABLISHED_VISIT = ("http://www.ama-assn.org/go/cpt", "99211")
"""Named by the measure itself, outside every value set."""

CLASSES = (
    "Potentially Harmful Antihistamines for Older Adults",
    "Potentially Harmful Antiparkinsonian Agents for Older Adults",
    "Potentially Harmful Gastrointestinal Antispasmodics for Older Adults", "Dipyridamole Medications",
    "Guanfacine Medications", "Nifedipine Medications", "Potentially Harmful Antidepressants for Older Adults",
    "Potentially Harmful Barbiturates for Older Adults", "Meprobamate Medications",
    "Potentially Harmful Estrogens for Older Adults", "Potentially Harmful Sulfonylureas for Older Adults",
    "Desiccated Thyroid Medications", "Potentially Harmful Nonbenzodiazepine Hypnotics for Older Adults",
    "Potentially Harmful Skeletal Muscle Relaxants for Older Adults",
    "Potentially Harmful Pain Medications for Older Adults", "Megestrol Medications", "Meperidine Medications",
)  # fmt: skip
ERGOLOID = (RXNORM, "318179")
ANTIINFECTIVES = "Potentially Harmful Antiinfectives for Older Adults"

ANTIPSYCHOTICS = "Potentially Harmful Antipsychotics for Older Adults"
ANTIPSYCHOTIC_REASONS = ("Schizophrenia", "Bipolar Disorder")
BENZODIAZEPINES = "Potentially Harmful Benzodiazepines for Older Adults"
BENZODIAZEPINE_REASONS = (
    "Seizure Disorder", "REM Sleep Behavior Disorder", "Benzodiazepine Withdrawal", "Alcohol Withdrawal",
    "Generalized Anxiety Disorder",
)  # fmt: skip

MOST_MG_PER_DAY = {"Digoxin Medications": Decimal("0.125"), "Doxepin Medications": Decimal(6)}
"""The highest average daily dose that does not count [mg/d]."""

MG_OF_ONE = {
    "245273": Decimal("0.0625"), "197604": Decimal("0.125"), "197606": Decimal("0.25"), "966787": Decimal(3),
    "966793": Decimal(6), "1000048": Decimal(10), "1000070": Decimal(25), "1000076": Decimal(50),
    "1000097": Decimal(75), "1000058": Decimal(100), "1000064": Decimal(150),
}  # fmt: skip
"""Milligrams in one tablet or capsule, by RxNorm code."""

MG_OF_ONE_ML = {
    "393245": Decimal("0.05"), "204504": Decimal("0.1"), "104208": Decimal("0.25"), "1000054": Decimal(10),
}  # fmt: skip
"""Milligrams in 1 mL, by RxNorm code."""
