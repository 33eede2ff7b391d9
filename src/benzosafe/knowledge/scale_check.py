"""Whether the files on scales agree with what is said of the same scales elsewhere in the knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benzosafe.errors import KnowledgeIssue, nearest
from benzosafe.knowledge.scale_model import Scale

if TYPE_CHECKING:
    from benzosafe.knowledge.load import Knowledge


def scale_references(knowledge: Knowledge) -> Iterator[KnowledgeIssue]:
    """Scales against measurements, parameters, red flags, and what a taper does by their bands."""
    for name, scale in knowledge.scales.items():
        for field, what in _faults(knowledge, scale):
            yield KnowledgeIssue(f"scales/{name}.yaml", 1, field, what)
    for name, steps in knowledge.withdrawal_scales.items():
        if name not in knowledge.scales:
            what = f"no scale '{name}'.{nearest(name, knowledge.scales)}"
            yield KnowledgeIssue("withdrawal_scales.yaml", 1, name, what)
            continue
        bands = [band.name for band in knowledge.scales[name].bands]
        if list(steps.bands) != bands:
            what = f"'{name}' must say what to do in each of its bands: {', '.join(bands) or 'none'}"
            yield KnowledgeIssue("withdrawal_scales.yaml", 1, f"{name}.bands", what)


def _faults(knowledge: Knowledge, scale: Scale) -> Iterator[tuple[str, str]]:
    if scale.observation is not None:
        yield from _measured(knowledge, scale, scale.observation)
    for cutoff in scale.cutoffs:
        if cutoff.parameter is not None:
            same = knowledge.parameters.get(cutoff.parameter)
            if same is None or same.lowest != cutoff.score.lowest:
                yield "cutoffs", f"parameter '{cutoff.parameter}' does not say {cutoff.score.lowest:g}"
    for flag in scale.flags:
        if flag.red_flag is not None and flag.red_flag not in knowledge.red_flags:
            yield "flags", f"no red flag '{flag.red_flag}'.{nearest(flag.red_flag, knowledge.red_flags)}"


def _measured(knowledge: Knowledge, scale: Scale, name: str) -> Iterator[tuple[str, str]]:
    """Whether the measurement that carries the total has its range and its code."""
    seen = knowledge.observations.get(name)
    if seen is None:
        yield "observation", f"no measurement '{name}'.{nearest(name, knowledge.observations)}"
        return
    if seen.plausible and (seen.plausible.lowest, seen.plausible.highest) != (scale.lowest, scale.highest):
        yield "observation", f"'{name}' goes to {seen.plausible.highest:g}, this to {scale.highest}"
    if seen.loinc != ((scale.loinc,) if scale.loinc else ()):
        yield "loinc", f"'{scale.loinc}' is not the code of '{name}': {', '.join(seen.loinc) or 'none'}"
