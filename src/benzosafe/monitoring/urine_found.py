"""A substance that nothing being taken yields, and a result for the class where no benzodiazepine is being taken."""

from __future__ import annotations

from collections.abc import Iterator

from benzosafe.knowledge.model import Evidence
from benzosafe.monitoring.urine_doubts import NO_METHOD, shown, unusable
from benzosafe.monitoring.urine_sample import NOVEL, Judged, Read, Sample, Verdict, evidence_of
from benzosafe.monitoring.urine_taken import Taken, not_resolved
from benzosafe.monitoring.urine_words import ASK_FOUND, why_found

_LIST_OPEN = "the list of medicines is not known to be complete: it may be prescribed elsewhere"
_RANK: tuple[Verdict, ...] = ("expected", "cannot tell", "unexpected")


def judge_ended(taken: Taken, read: Read, sample: Sample) -> tuple[Verdict, tuple[str, ...]]:
    """A substance of a drug that had ended: within its window expected, at its edge open, beyond it not explained."""
    window, days = sample.drug(taken.drug).long_days or sample.drug(taken.drug).once_days, taken.days or 0
    if window is None:
        return "cannot tell", (taken.why, f"how long {taken.drug} is found is not known")
    span = f"{window.lowest:g} to {window.highest:g} days" if window.low is not None else f"{window.highest:g} days"
    said = f"{days} days before the sample; {taken.drug} is found for up to {span} after the last dose"
    if days <= window.lowest:
        return "expected", (taken.why, said)
    if days <= window.highest or not read.by_spectrometry:
        return "cannot tell", (taken.why, said)
    return "unexpected", (taken.why, said)


def judge_found(read: Read, sample: Sample) -> Judged:
    """A substance that no drug being taken yields."""
    sources = sample.sources_of(read.named.name)
    verdict, reasons = _verdict_found(read, sources, sample)
    confirm = sample.to_confirm(sources) if sources else None
    return Judged(
        read.named.label, "found", read.assay.method or "immunoassay", verdict, (read.assay,),
        f"{read.named.label} was found; it comes from {', '.join(sources) or 'no drug that is known here'}",
        "how it came there, how much was taken, or when", reasons,
        why_found(sources, sample), ASK_FOUND, confirm,
        (*sample.knowledge.urine.analytes[read.named.name].evidence, *_windows(sources, sample)),
    )  # fmt: skip


def _windows(drugs: list[str], sample: Sample) -> Iterator[Evidence]:
    """Where it stands how long the drugs that had ended are found."""
    for name in drugs:
        if name in sample.taken and sample.taken[name].state == "ended":
            window = sample.drug(name).long_days or sample.drug(name).once_days
            yield from [evidence_of(window)] if window else []


def _verdict_found(read: Read, sources: list[str], sample: Sample) -> tuple[Verdict, tuple[str, ...]]:
    doubts = unusable(read.assay, sample)
    if not read.by_spectrometry:
        doubts.append(NO_METHOD if not read.assay.method else "a screen may take one substance for another")
    if not sample.record.coverage.orders:
        doubts.append(_LIST_OPEN)
    doubts += [f"'{text}' on the list could not be told: it may be that" for text in not_resolved(sample.record)]
    if sample.stay is not None:
        doubts.append(f"a stay ({sample.stay.kind}) from {sample.stay.start}: what was given there is not known")
    known = [sample.taken[name] for name in sources if name in sample.taken]
    ended = [judge_ended(one, read, sample) for one in known if one.state == "ended"]
    if ended and not unusable(read.assay, sample):
        best = min(ended, key=lambda answer: _RANK.index(answer[0]))
        if best[0] != "unexpected":
            return best
    soon = sample.limit("begins_soon_days")
    doubts += [f"{one.why}, soon after" for one in known if one.state == "not_yet" and (one.days or 0) <= soon]
    if doubts:
        return "cannot tell", tuple(dict.fromkeys(doubts))
    why = [answer for one in ended for answer in one[1]] or ["nothing on the list yields it"]
    return "unexpected", tuple(dict.fromkeys(why))


def judge_class(read: Read, sample: Sample) -> Judged:
    """A result for benzodiazepines as a whole where none was being taken on the day of the sample."""
    assay = read.assay
    verdict, reasons = _verdict_class(read, sample)
    positive = assay.outcome == "positive"
    return Judged(
        "benzodiazepines", "class", assay.method or "immunoassay", verdict, (assay,), shown(assay, sample),
        "that a benzodiazepine was taken, which one, or when" if positive else _not_excluded(sample),
        reasons, (*false_positives(sample), *why_found([], sample)) if positive else (),
        ASK_FOUND if positive else (), sample.to_confirm(_usual(sample)) if positive else None,
        (*_reported(sample), *_windows(list(sample.taken), sample)) if positive else (),
    )  # fmt: skip


def _verdict_class(read: Read, sample: Sample) -> tuple[Verdict, tuple[str, ...]]:
    useless = unusable(read.assay, sample)
    if useless:
        return "cannot tell", tuple(useless)
    open_list = [] if sample.record.coverage.orders else [_LIST_OPEN]
    open_list += [f"'{text}' on the list could not be told: it may be one" for text in not_resolved(sample.record)]
    if read.assay.outcome == "negative":
        if open_list:
            return "cannot tell", tuple(open_list)
        return "expected", ("no benzodiazepine is on the list for that day",)
    ended = [one for one in sample.taken.values() if one.state == "ended" and not sample.is_z_drug(one.drug)]
    best = min((judge_ended(one, read, sample) for one in ended), key=lambda a: _RANK.index(a[0]), default=None)
    if best is not None and best[0] == "expected":
        return best
    said = (
        "no substance is named" if read.by_spectrometry else "a screen alone shows no benzodiazepine: confirm it first"
    )
    return "cannot tell", (said, *open_list, *(best[1] if best else ("none is on the list for that day",)))


def false_positives(sample: Sample) -> tuple[str, ...]:
    """Medicines of the record that are known to make screens positive, with what is known of each."""
    known = sample.knowledge.urine.false_positives
    names = dict.fromkeys(order.ingredient for order in sample.record.orders if order.ingredient in known)
    return tuple(f"{name} is on the list: {known[name].what}" for name in names if name)


def _reported(sample: Sample) -> Iterator[Evidence]:
    known = sample.knowledge.urine.false_positives
    for name in dict.fromkeys(order.ingredient for order in sample.record.orders):
        yield from known[name].evidence if name in known else ()


def _usual(sample: Sample) -> list[str]:
    """The licensed benzodiazepines of which it is known what to look for and how low."""
    drugs, analytes = sample.knowledge.urine.drugs, sample.knowledge.urine.analytes
    return [
        name
        for name, drug in drugs.items()
        if drug.majors and all(analytes[one].cutoff_ng_per_ml for one in drug.majors)
        and not sample.is_z_drug(name) and NOVEL not in sample.knowledge.drugs[name].classes
    ]  # fmt: skip


def _not_excluded(sample: Sample) -> str:
    missed = [
        name for name, drug in sample.knowledge.urine.drugs.items() if drug.screen.plain in ("often_missed", "missed")
    ]
    return f"that none was taken: screens miss or often miss {', '.join(missed)}, and others are not known"
