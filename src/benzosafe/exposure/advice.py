"""What a predicted change means for the prescriber: a range of doses, inside the label, and when to look again."""

from __future__ import annotations

from math import isfinite

from benzosafe.exposure.draws import typical
from benzosafe.exposure.interval import Interval
from benzosafe.exposure.predict import MetaboliteRatio, Prediction
from benzosafe.knowledge.load import Knowledge

_WATCHED_DAYS = 14  # when the change is too small to be timed
_NO_DOSE = (
    "These two must not be combined, so no corrected dose is given: one of them has to be exchanged. A benzodiazepine"
    " taken regularly is never stopped abruptly."
)


def advise(knowledge: Knowledge, found: Prediction, *, forbidden: bool = False) -> tuple[str, ...]:
    """Sentences for the prescriber. Never an abrupt stop; never a dose above the label; a range, never one number.

    forbidden: a rule forbids the pair, so that no dose is named.
    """
    if found.nothing_acts:
        lines = [f"No change of exposure to {found.victim} is expected from metabolism; added sedation is separate."]
        return (*([_NO_DOSE] if forbidden else []), *lines)
    p = {name: typical(value) for name, value in knowledge.parameters.items() if "auc_ratio" in name}
    ratio = found.active_ratio or found.auc_ratio
    up, down = p["inhibitor_weak_auc_ratio_from"], p["inducer_weak_auc_ratio_to"]
    if ratio.low >= up or ratio.value >= p["inhibitor_moderate_auc_ratio_from"]:
        lines = _raised(found, ratio, forbidden, ratio.value >= p["inhibitor_moderate_auc_ratio_from"])
    elif ratio.high <= down or ratio.value <= p["inducer_moderate_auc_ratio_to"]:
        lines = _lowered(found, ratio)
    else:
        lines = [*([_NO_DOSE] if forbidden else []), *_perhaps(found, ratio, up, down)]
    return (*lines, *(_metabolite(item) for item in found.metabolites), *_opposite(found, up, down))


def _raised(found: Prediction, ratio: Interval, forbidden: bool, strong: bool) -> list[str]:
    lines = [
        f"The same dose will act like {ratio.value:.2g} times as much (between {ratio.low:.2g} and {ratio.high:.2g})"
        f"{_building(found)}: watch for sedation, unsteadiness and slow breathing all that time."
    ]
    if forbidden:
        return [*lines, _NO_DOSE, *_returning(found, "falls back", "watch for withdrawal in that time")]
    if strong:
        lines.append("First ask whether the other drug can be exchanged; check the label, which may forbid the pair.")
    lines.append(
        f"Once the effect is full, {_share(1 / ratio.high)} to {_share(1 / max(ratio.low, 1.0))} of the present dose of"
        f" {found.victim} would keep exposure: approach it in steps as the effect builds, never at once in someone who"
        " takes it regularly; or choose an agent that does not use the same enzyme."
    )
    return [*lines, *_returning(
        found, "falls back", "watch for withdrawal in that time and return to the earlier dose gradually",
    )]  # fmt: skip


def _lowered(found: Prediction, ratio: Interval) -> list[str]:
    return [
        f"The same dose will act like {_share(ratio.value)} of it (between {_share(ratio.low)} and"
        f" {_share(ratio.high)}){_building(found)}: someone who is physically dependent may go into withdrawal, at"
        " worst with seizures.",
        "Do not make up for it beyond the label maximum; an agent cleared another way is usually better.",
        *_returning(found, "rises again", "a dose raised meanwhile becomes too high and is brought down gradually"),
    ]


def _perhaps(found: Prediction, ratio: Interval, up: float, down: float) -> list[str]:
    """A change that is small or may be none: what to look for on either side."""
    last = max((item.building.high for item in found.timings), default=0.0)
    days = f"{last:.0f}" if 0 < last < float("inf") else f"{_WATCHED_DAYS}"
    lines = [f"Exposure becomes {ratio.value:.2g} times (between {ratio.low:.2g} and {ratio.high:.2g}):"]
    if ratio.high >= up:
        lines.append(f"watch for sedation in the first {days} days and lower the dose gradually if it appears;")
    if ratio.low <= down:
        lines.append(
            f"watch for return of symptoms or withdrawal signs in the first {days} days; when the other drug is"
            " stopped, exposure rises again;"
        )
    if len(lines) == 1:
        lines.append("no change of dose follows from metabolism alone;")
    return [" ".join(lines).removesuffix(";") + "."]


def _metabolite(item: MetaboliteRatio) -> str:
    return (
        f"Its active metabolite {item.analyte}, about {_share(item.share)} of all active drug by amount, changes to"
        f" {item.ratio} times."
    )


def _opposite(found: Prediction, up: float, down: float) -> tuple[str, ...]:
    """Said when the drug and a metabolite go opposite ways: neither number alone tells what is felt."""
    values = [found.auc_ratio.value, *(item.ratio.value for item in found.metabolites)]
    if max(values) >= up and min(values) <= down:
        return ("Drug and metabolite change in opposite ways: look at the patient, and at both levels if measured.",)
    return ()


def _building(found: Prediction) -> str:
    """When the slowest of the drug and its metabolites has nine tenths of its change."""
    if not found.timings:
        return ""
    slowest = max(found.timings, key=lambda item: item.building.value)
    return f", building up over about {days_words(slowest.building)}"


def _returning(found: Prediction, how: str, then: str) -> list[str]:
    if not found.timings:
        return []
    slowest = max(found.timings, key=lambda item: item.returning.value)
    return [f"When {found.perpetrator} is stopped, exposure {how} over about {days_words(slowest.returning)}: {then}."]


def days_words(days: Interval) -> str:
    """Days with their interval; open where it lasts beyond what was followed."""
    if not isfinite(days.value):
        return "longer than could be followed"
    high = f"{days.high:.0f}" if isfinite(days.high) else "longer than followed"
    return f"{days.value:.0f} days ({days.low:.0f} to {high})"


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"
