"""A prescribed drug against what was found: by screens for the class or one substance, and by mass spectrometry."""

from __future__ import annotations

from benzosafe.monitoring.urine_doubts import NO_METHOD, mistrust, not_sure, screen_cutoff, shown, unusable
from benzosafe.monitoring.urine_found import false_positives
from benzosafe.monitoring.urine_sample import Judged, Read, Sample
from benzosafe.monitoring.urine_taken import Taken
from benzosafe.monitoring.urine_words import (
    ASK_ALONE,
    ASK_LABORATORY,
    ASK_NOT_FOUND,
    ASK_NOTHING,
    why_alone,
    why_not_found,
)
from benzosafe.patient.course import Assay

_SEES = {
    "often_missed": "screens often miss it in people who take it",
    "missed": "no screen for benzodiazepines looks for it",
    "not_known": "how well screens find it in people who take it is not known",
}


def judge_screen(taken: Taken, read: Read, sample: Sample) -> Judged:
    """A screen for benzodiazepines beside a drug that was, or may have been, taken."""
    assay, drug = read.assay, sample.drug(taken.drug)
    sees = drug.screen.hydrolysed if assay.hydrolysed else drug.screen.plain
    doubts = unusable(assay, sample)
    if not assay.method:
        doubts.append(NO_METHOD)
    if sees != "found":
        doubts.append(_SEES[sees])
    if sees != "found" and drug.screen.note:
        doubts.append(drug.screen.note)
    if assay.outcome == "positive":
        fits = sees in ("found", "often_missed") and not unusable(assay, sample) and taken.state == "taken"
        reasons = [taken.why, *unusable(assay, sample)] + ([_SEES[sees]] if not fits and sees != "found" else [])
        return Judged(
            taken.drug, "prescribed", "immunoassay", "expected" if fits else "cannot tell", (assay,),
            f"a screen for benzodiazepines is positive, which fits {taken.drug}" if fits else shown(assay, sample),
            f"that it was {taken.drug}: another of the class, or another medicine, can do it; nor dose and time",
            tuple(reasons), false_positives(sample), (), sample.to_confirm([taken.drug]), drug.screen.evidence,
        )  # fmt: skip
    doubts += not_sure(taken, sample) + screen_cutoff(assay, sample)
    blind = ("it was taken as prescribed, and the screen did not see it",) if sees != "found" else ()
    return Judged(
        taken.drug, "prescribed", "immunoassay", "cannot tell" if doubts else "unexpected", (assay,),
        shown(assay, sample), f"that {taken.drug} was not taken: a negative screen does not show non-use",
        tuple(doubts) or (taken.why, "screens find it in people who take it every day; this is to be confirmed first"),
        (*blind, *why_not_found(taken, sample)), ASK_NOTHING if blind else ASK_NOT_FOUND,
        sample.to_confirm([taken.drug]), drug.screen.evidence,
    )  # fmt: skip


def judge_named_screen(taken: Taken, read: Read, sample: Sample) -> Judged:
    """A test of one substance that is no mass spectrometry, beside a drug that yields it: never more than a hint."""
    assay = read.assay
    doubts = unusable(assay, sample)
    fits = assay.outcome == "positive" and not doubts and taken.state == "taken"
    if not fits:
        doubts.append(NO_METHOD if not assay.method else "a screen may take one substance for another, or miss it")
    doubts += [] if fits else [taken.why] if taken.state != "taken" else []
    negative = assay.outcome != "positive"
    return Judged(
        taken.drug, "prescribed", "immunoassay", "expected" if fits else "cannot tell", (assay,),
        shown(assay, sample),
        f"that {taken.drug} was not taken: this does not show non-use" if negative else "dose, time, or the source",
        (taken.why,) if fits else tuple(doubts), why_not_found(taken, sample) if negative else (),
        ASK_NOT_FOUND if negative else (), sample.to_confirm([taken.drug]),
        sample.sources_of_limits(taken.drug),
    )  # fmt: skip


def judge_spectrometry(taken: Taken, panel: list[Read], sample: Sample) -> Judged:
    """All of the mass spectrometry that concerns a drug, as one answer."""
    drug = sample.drug(taken.drug)
    own = [read for read in panel if read.named.name in drug.analytes]
    found = [read for read in own if read.assay.outcome == "positive"]
    spoilt = list(sample.spoiled)
    twice = {read.named.label for read in found} & {r.named.label for r in own if r.assay.outcome == "negative"}
    if twice:
        spoilt.append(f"{', '.join(sorted(twice))} is reported as found and as not found")
    assays = tuple(read.assay for read in own or panel if own or read.named.kind == "benzodiazepines")
    if spoilt:
        return _cannot(taken, assays, tuple(dict.fromkeys(spoilt)), sample)
    if not found:
        return _none_found(taken, own, assays, sample)
    if taken.state != "taken":
        return _cannot(taken, assays, (taken.why,), sample)
    alone = _alone(taken, own, found, sample)
    if alone is not None:
        return alone
    names = ", ".join(read.named.label for read in found)
    return Judged(
        taken.drug, "prescribed", "mass_spectrometry", "expected", assays, f"{names}: {taken.drug} was taken",
        "how much, when, or by which prescription" + _shared(taken, found, sample), (taken.why,),
        evidence=sample.sources_of_limits(taken.drug),
    )  # fmt: skip


def _shared(taken: Taken, found: list[Read], sample: Sample) -> str:
    others = {name for read in found for name in sample.sources_of(read.named.name)} - {taken.drug}
    only = all(set(sample.sources_of(read.named.name)) - {taken.drug} for read in found)
    return f"; nor that it was no other: {', '.join(sorted(others))} yield the same" if only and others else ""


def _none_found(taken: Taken, own: list[Read], assays: tuple[Assay, ...], sample: Sample) -> Judged:
    """Nothing of the drug by mass spectrometry: unexpected only if all that matters was looked for well enough."""
    drug = sample.drug(taken.drug)
    looked = {read.named.name: read.assay for read in own if read.assay.outcome == "negative"}
    missing = [sample.label(name) for name in drug.majors if name not in looked]
    doubts = [f"{', '.join(missing)} was not looked for, or not named"] if missing else []
    if not drug.majors:
        doubts.append("what of it reaches urine is not known")
    doubts += [f"{r.named.label}: {why}" for r in own for why in unusable(r.assay, sample)]
    doubts += [why for name in drug.majors if name in looked for why in mistrust(name, looked[name], sample)]
    doubts += not_sure(taken, sample)
    if doubts:
        return _cannot(taken, assays, tuple(dict.fromkeys(doubts)), sample)
    return Judged(
        taken.drug, "prescribed", "mass_spectrometry", "unexpected", assays,
        f"nothing of {taken.drug} above the cut-off, though it is on the list",
        "why: one sample tells neither misuse nor giving away, and there are many innocent reasons",
        (taken.why,), why_not_found(taken, sample), ASK_NOT_FOUND, sample.to_confirm([taken.drug]),
        sample.sources_of_limits(taken.drug),
    )  # fmt: skip


def _cannot(taken: Taken, assays: tuple[Assay, ...], reasons: tuple[str, ...], sample: Sample) -> Judged:
    outcomes = {assay.outcome for assay in assays}
    told = "; ".join(shown(assay, sample) for assay in assays) or f"nothing about {taken.drug}"
    found, absent = "positive" in outcomes, "negative" in outcomes
    return Judged(
        taken.drug, "prescribed", "mass_spectrometry", "cannot tell", assays, told,
        f"whether {taken.drug} was taken" + ("" if found else ": this does not show non-use"), reasons,
        () if found else why_not_found(taken, sample),
        ASK_NOT_FOUND if absent and not found else ASK_LABORATORY, sample.to_confirm([taken.drug]),
        sample.sources_of_limits(taken.drug),
    )  # fmt: skip


def _alone(taken: Taken, own: list[Read], found: list[Read], sample: Sample) -> Judged | None:
    """Only what is a small part of it was found while its main substance was not; None where that is not so."""
    drug = sample.drug(taken.drug)
    if any(drug.analytes[read.named.name] == "major" for read in found):
        return None
    missed = [r for r in own if drug.analytes[r.named.name] == "major" and r.assay.outcome == "negative"]
    if not missed:
        return None
    amounts = [read.assay.value_ng_per_ml for read in found]
    high = any(value is not None and value >= sample.limit("parent_alone_ng_per_ml") for value in amounts)
    doubts = [] if high else ["how much of it there is, is not given, or it is little"]
    doubts += [why for read in missed for why in mistrust(read.named.name, read.assay, sample)]
    doubts += not_sure(taken, sample)
    doubts += [] if sample.record.coverage.orders else ["the list of medicines is not known to be complete"]
    names, absent = (", ".join(read.named.label for read in reads) for reads in (found, missed))
    return Judged(
        taken.drug, "prescribed", "mass_spectrometry", "cannot tell" if doubts else "unexpected",
        tuple(read.assay for read in own), f"{names} without {absent}, which is usually the main part",
        "how it came into the sample; a question to ask, not an accusation", tuple(doubts) or (taken.why,),
        why_alone(taken), ASK_ALONE, sample.to_confirm([taken.drug]),
        sample.sources_of_limits(taken.drug),
    )  # fmt: skip
