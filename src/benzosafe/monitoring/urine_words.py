"""What explains a result without any fault, and what to ask; on record first. Questions, never accusations."""

from __future__ import annotations

from benzosafe.monitoring.urine_sample import NOVEL, Sample
from benzosafe.monitoring.urine_taken import Taken, inducers

RULES = (
    "One test decides nothing: no discharge, no cancelled prescription and no taper because of it alone.",
    "Never an abrupt stop: after regular use it can cause withdrawal, at worst seizures.",
    "Talk first: say what was found and ask openly. Confirm by mass spectrometry before anything is made of it.",
    "A result says nothing of dose, time, effect, dependence or a disorder.",
)
ASK_NOTHING = ("nothing, because of this result alone; confirm by mass spectrometry where the answer matters",)
ASK_LABORATORY = ("of the laboratory: was it looked for, with which cut-off, and was the sample hydrolysed?",)
ASK_NOT_FOUND = (
    "when was the last dose, and how many were taken in the last week?",
    "were doses missed, put off, lost or run out, and why?",
    "how is it with side effects, cost, and reaching the pharmacy?",
    "were there withdrawal symptoms?",
    "of the laboratory: was it looked for, with which cut-off, hydrolysed, how long was the sample kept?",
)
ASK_FOUND = (
    "what else was taken in the last two weeks, from whom, in hospital, at the dentist, or left over?",
    "could it have been another's tablet, or one sold as something else?",
    "was anything prescribed elsewhere that is not on this list?",
    "of the laboratory: is the sample surely this person's, and can it be looked at again?",
)
ASK_ALONE = (
    "when was the first and the last dose?",
    "was a tablet, or what is left of one, near the cup?",
    "of the laboratory: which cut-offs, was it hydrolysed, can it be looked at again?",
)
ASK_SAMPLE = ("can another sample be given, today or soon?", "how was it collected and when was it read?")


def why_not_found(taken: Taken, sample: Sample) -> tuple[str, ...]:
    """Innocent explanations for a prescribed drug that was not found; those on record first."""
    drug = sample.drug(taken.drug)
    faster = inducers(sample.record, taken.drug, sample.knowledge)
    told = list(taken.unsure)
    if sample.dilute:
        told.append(f"the urine is dilute (creatinine {sample.specimen.creatinine_mg_per_dl:g} mg/dL)")
    if sample.stay is not None:
        told.append(
            f"a stay ({sample.stay.kind}) from {sample.stay.start}, where its own medicines may have been given"
        )
    if faster:
        told.append(f"{', '.join(faster)} speeds up its breakdown")
    doses = [order.dose_mg_per_day for order in taken.orders if order.dose_mg_per_day]
    amount = f" ({sum(dose.high for dose in doses):g} mg a day at most)" if doses else ""
    return (
        *told,
        *(() if sample.dilute is not None else ("the urine may be dilute: creatinine was not measured",)),
        "doses missed, put off, lost, or a supply that ran out",
        "the last dose was longer ago than usual",
        f"a dose too low for the cut-off{amount}",
        "a body that breaks it down unusually fast",
        "a mix-up of samples, or of tablets at the pharmacy",
        f"decay in a stored sample{', to which its metabolite is prone' if drug.decays else ''}",
    )


def why_found(sources: list[str], sample: Sample) -> tuple[str, ...]:
    """Innocent explanations for a substance that nothing on record yields; those on record first."""
    told = []
    if sample.stay is not None:
        told.append(f"a stay ({sample.stay.kind}) from {sample.stay.start}: it may have been given there")
    for one in (sample.taken[name] for name in sources if name in sample.taken):
        told.append(f"{one.drug}: {one.why}; leftover tablets, or a day that is recorded late")
    novel = any(NOVEL in sample.knowledge.drugs[name].classes for name in sources)
    told += [f"{name} is often given before procedures" for name in sources if sample.drug(name).for_procedures]
    told += ["tablets sold as another drug: what is in them nobody knows"] if novel else []
    return (
        *told,
        "prescribed by somebody else, or given in hospital, before a procedure or in an emergency",
        "left over from an earlier prescription",
        "a tablet of somebody in the household, taken by mistake",
        "a mix-up of samples, or of tablets at the pharmacy",
        "traces in another medicine",
    )


def why_alone(taken: Taken) -> tuple[str, ...]:
    """Explanations for a drug without its metabolite; a tablet that came into the cup is one of them."""
    return (
        *taken.unsure,
        "a first dose a very short time before the sample",
        "the laboratory did not look for the metabolite well enough",
        "an unusual metabolism",
        "dust or a piece of a tablet that came into the cup, by accident or on purpose",
    )
