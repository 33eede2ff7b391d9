"""What makes a result say little: the sample, the method, hydrolysis, the cut-off, and how the drug was taken."""

from __future__ import annotations

from benzosafe.monitoring.urine_sample import Sample
from benzosafe.monitoring.urine_taken import Taken
from benzosafe.patient.course import Assay

NO_METHOD = "the method is not on record, so it is taken as a screen"


def mistrust(substance: str, assay: Assay, sample: Sample) -> list[str]:
    """Why not finding a substance by mass spectrometry says little: hydrolysis, or the cut-off."""
    analyte, found = sample.knowledge.urine.analytes[substance], []
    if analyte.hydrolysis == "needed" and assay.hydrolysed is not True:
        was = "was not" if assay.hydrolysed is False else "may not have been"
        found.append(f"{analyte.label} is excreted as a glucuronide, and the sample {was} hydrolysed")
    elif analyte.hydrolysis == "helps" and assay.hydrolysed is False:
        found.append(f"the sample was not hydrolysed, which finds less {analyte.label}")
    elif analyte.hydrolysis == "not_known" and assay.hydrolysed is not True:
        found.append(f"whether {analyte.label} must be hydrolysed is not known")
    limit = analyte.cutoff_ng_per_ml
    if limit is None:
        found.append(f"which cut-off is low enough for {analyte.label} is not known")
    elif assay.cutoff_ng_per_ml is None:
        found.append(f"the cut-off for {analyte.label} is not on record")
    elif assay.cutoff_ng_per_ml > limit.highest:
        found.append(
            f"the cut-off for {analyte.label}, {assay.cutoff_ng_per_ml:g} ng/mL, is above the {limit.highest:g} that "
            "finds those who take it"
        )
    return found


def unusable(assay: Assay, sample: Sample) -> list[str]:
    """Why a result cannot be used at all."""
    found = list(sample.spoiled)
    if assay.outcome == "invalid":
        found.append("the laboratory calls it invalid")
    elif not assay.outcome:
        found.append("no result is given")
    return found


def not_sure(taken: Taken, sample: Sample) -> list[str]:
    """What is on record and could explain that a drug was not found."""
    found = [] if taken.state == "taken" else [taken.why]
    found += taken.unsure
    if sample.dilute:
        found.append(f"the urine is dilute (creatinine {sample.specimen.creatinine_mg_per_dl:g} mg/dL)")
    if sample.stay is not None:
        found.append(f"a stay ({sample.stay.kind}) from {sample.stay.start}: what was given there is not known")
    return found


def screen_cutoff(assay: Assay, sample: Sample) -> list[str]:
    """Whether a screen's cut-off is above the usual ones."""
    usual = sample.limit("screen_cutoff_ng_per_ml")
    if assay.cutoff_ng_per_ml is not None and assay.cutoff_ng_per_ml > usual:
        return [f"its cut-off of {assay.cutoff_ng_per_ml:g} ng/mL is above the usual {usual:g}"]
    return []


def shown(assay: Assay, sample: Sample) -> str:
    """'7-aminoclonazepam negative (below 40 ng/mL)', as the report has it."""
    value = f" {assay.value_ng_per_ml:g} ng/mL" if assay.value_ng_per_ml is not None else ""
    limit = f" (cut-off {assay.cutoff_ng_per_ml:g} ng/mL)" if assay.cutoff_ng_per_ml is not None else ""
    return f"{assay.name}: {assay.outcome or 'no result'}{value}{limit}"
