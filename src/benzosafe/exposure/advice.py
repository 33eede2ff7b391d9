"""What a predicted change means for the prescriber: a range of doses, inside the label, and when to look again."""

from __future__ import annotations

from benzosafe.exposure.draws import typical
from benzosafe.exposure.predict import Prediction
from benzosafe.knowledge.load import Knowledge


def advise(knowledge: Knowledge, victim: str, found: Prediction) -> tuple[str, ...]:
    """Sentences for the prescriber. Never an abrupt stop; never a dose above the label; a range, never one number."""
    p = {name: typical(value) for name, value in knowledge.parameters.items() if "auc_ratio" in name}
    ratio = found.auc_ratio
    weak, moderate = p["inhibitor_weak_auc_ratio_from"], p["inhibitor_moderate_auc_ratio_from"]
    if ratio.low > weak or ratio.value >= moderate:
        return _raised(victim, found, ratio.value >= moderate)
    if ratio.high < p["inducer_weak_auc_ratio_to"] or ratio.value <= p["inducer_moderate_auc_ratio_to"]:
        return _lowered(victim, found)
    if ratio.high >= weak:
        return (
            f"Between no change and {ratio.high:.2g} times the exposure: watch for sedation in the first"
            f" {_days_text(found.onset_days, 'high', 14)} days; lower the dose if it appears.",
        )
    if ratio.low <= p["inducer_weak_auc_ratio_to"]:
        return (
            f"Exposure may fall to {ratio.low:.2g} of what it was: watch for return of symptoms or withdrawal signs;"
            " when the other drug is stopped, exposure rises again.",
        )
    return ("No change of dose follows from metabolism alone; added sedation is a separate question.",)


def _raised(victim: str, found: Prediction, strong: bool) -> tuple[str, ...]:
    ratio = found.auc_ratio
    lines = [
        f"The same dose will act like {ratio.value:.2g} times as much (between {ratio.low:.2g} and {ratio.high:.2g}).",
        f"To keep exposure, {_share(1 / ratio.high)} to {_share(1 / max(ratio.low, 1.0))} of the present dose of"
        f" {victim}, in steps the tablets allow; or an agent that does not use the same enzyme.",
    ]
    if strong:
        lines.append("First ask whether the other drug can be exchanged; check the label, which may forbid the pair.")
    if found.offset_days is not None:
        lines.append(
            f"When {found.perpetrator} is stopped, exposure falls back over about {found.offset_days.value:.0f} days"
            f" ({found.offset_days.low:.0f} to {found.offset_days.high:.0f}): watch for withdrawal in that time and"
            " return to the earlier dose gradually."
        )
    return tuple(lines)


def _lowered(victim: str, found: Prediction) -> tuple[str, ...]:
    ratio = found.auc_ratio
    lines = [
        f"The same dose will act like {_share(ratio.value)} of it (between {_share(ratio.low)} and"
        f" {_share(ratio.high)}): someone who is physically dependent may go into withdrawal, at worst with seizures.",
        "Do not make up for it beyond the label maximum; an agent cleared another way is usually better.",
    ]
    if found.offset_days is not None:
        lines.append(
            f"When {found.perpetrator} is stopped, exposure rises again over about {found.offset_days.value:.0f} days"
            f" ({found.offset_days.low:.0f} to {found.offset_days.high:.0f}): a dose raised meanwhile becomes too high"
            " and has to be brought down gradually."
        )
    return tuple(lines)


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


def _days_text(days: object, end: str, otherwise: int) -> str:
    value = getattr(days, end, None)
    return f"{value:.0f}" if value is not None else str(otherwise)
