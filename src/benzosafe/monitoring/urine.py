"""A urine test read beside the record: expected, unexpected, or cannot tell; a negative screen does not show non-use.

Never a score, never an accusation: each result says what it shows, what it does not, what explains it, what to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benzosafe.knowledge.load import Knowledge
from benzosafe.monitoring.urine_doubts import shown
from benzosafe.monitoring.urine_found import judge_class, judge_found
from benzosafe.monitoring.urine_names import named
from benzosafe.monitoring.urine_prescribed import judge_named_screen, judge_screen, judge_spectrometry
from benzosafe.monitoring.urine_sample import Judged, Read, Sample, sample_of
from benzosafe.monitoring.urine_words import ASK_SAMPLE, RULES
from benzosafe.patient.course import Specimen
from benzosafe.patient.tables import Record


@dataclass(frozen=True)
class UrineReading:
    """One sample, read.

    `cannot_judge`: why nothing of it can be judged; `not_found`: looked for, not found, and nothing being taken yields
    it; `not_judged`: results for other drugs; `not_understood`: names or results that are not known here.
    """

    specimen: Specimen
    on: date
    cannot_judge: tuple[str, ...]
    remarks: tuple[str, ...]
    judged: tuple[Judged, ...]
    not_found: tuple[str, ...]
    not_judged: tuple[str, ...]
    not_understood: tuple[str, ...]
    ask: tuple[str, ...]
    rules: tuple[str, ...] = RULES

    @property
    def confirmed_unexpected(self) -> tuple[Judged, ...]:
        """The unexpected results by mass spectrometry; those of screens are never among them."""
        return tuple(
            one for one in self.judged if one.verdict == "unexpected" and one.method == "mass_spectrometry"
        )  # fmt: skip


def interpret(record: Record, specimen: Specimen, knowledge: Knowledge, on: date) -> UrineReading:
    """Read one urine sample beside the record as it was on the day of the sample."""
    results = tuple(Read(assay, named(assay.name, knowledge)) for assay in specimen.assays)
    sample = sample_of(record, specimen, knowledge, on, results)
    yielded = {substance for one in sample.prescribed() for substance in sample.drug(one.drug).analytes}
    other = [read for read in results if read.named.kind == "substance" and read.named.name not in yielded]
    return UrineReading(
        specimen, on, sample.spoiled, tuple(_remarks(sample)),
        (*_of_prescribed(sample), *(judge_found(read, sample) for read in other if read.assay.outcome == "positive")),
        tuple(_shown_with_method(read, sample) for read in other if read.assay.outcome == "negative"),
        tuple(_shown_with_method(read, sample) for read in results if read.named.kind == "not_judged"),
        tuple(_shown_with_method(read, sample) for read in results if _lost(read, read in other)),
        ASK_SAMPLE if sample.spoiled else (),
    )  # fmt: skip


def _lost(read: Read, nothing_yields_it: bool) -> bool:
    """A name that is not known, or a result that says nothing of a substance nobody asked for."""
    return read.named.kind == "unknown" or (nothing_yields_it and read.assay.outcome not in ("positive", "negative"))


def _of_prescribed(sample: Sample) -> list[Judged]:
    """Every drug being taken against every result that concerns it; the class alone where none of it is taken."""
    classes = [read for read in sample.results if read.named.kind == "benzodiazepines"]
    substances = [read for read in sample.results if read.named.kind == "substance"]
    panel = [read for read in (*substances, *classes) if read.by_spectrometry]
    found: list[Judged] = []
    for taken in sample.prescribed():
        own = sample.drug(taken.drug).analytes
        found += [judge_screen(taken, read, sample) for read in classes if not read.by_spectrometry]
        found += [
            judge_named_screen(taken, read, sample)
            for read in substances
            if read.named.name in own and not read.by_spectrometry
        ]
        found += [judge_spectrometry(taken, panel, sample)] if panel else []
    if all(sample.is_z_drug(taken.drug) for taken in sample.prescribed()):
        found += [judge_class(read, sample) for read in classes]
    return found


def _shown_with_method(read: Read, sample: Sample) -> str:
    method = {"mass_spectrometry": "mass spectrometry", "immunoassay": "screen"}.get(
        read.assay.method, "method not known"
    )
    return f"{shown(read.assay, sample)}, {method}"


def _remarks(sample: Sample) -> list[str]:
    """What is to be known of the sample as a whole."""
    found = []
    if sample.dilute:
        found.append("the urine is dilute: a negative result says even less")
    if sample.dilute is None:
        found.append("creatinine was not given, so whether the urine is dilute is not known")
    if sample.specimen.temperature_celsius is None:
        found.append("the temperature of the sample was not given")
    if sample.specimen.note:
        found.append(f"note of the report, not read: {sample.specimen.note}")
    return found
