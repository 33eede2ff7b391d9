"""How likely physical dependence is, what that rests on, and the pace it suggests."""

from __future__ import annotations

from fractions import Fraction

from benzosafe.facts.column import Number, Truth, Word
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.review.condition import Facts
from benzosafe.review.finding import plain, say
from benzosafe.taper.assess import ABOUT_THE_DRUG, Dependence, Ground, Point, SuggestedPace

_TABLE = Evidence(source="asam_2025", at="Table 2", strength="clinical consensus", confidence="verified")
_PACE = Evidence(source="asam_2025", at="Rec 6", strength="clinical consensus, strong", confidence="verified")
_FASTER = Evidence(source="asam_2025", at="key takeaway 5a", strength="clinical consensus", confidence="verified")
_SLOWER = Evidence(source="maudsley_2024", at="risk categories", strength="expert opinion", confidence="recalled")
_OURS = Evidence(
    source="house", at="which corner of the range when", strength="engineering judgement", confidence="derived"
)
_HIGH_DOSE = "flag_high_band"
_MEANING = {
    "none": "nothing is taken, so no withdrawal is to be expected",
    "rare": "clinically significant withdrawal is rare",
    "possible": "withdrawal is possible, at lower risk",
    "likely": "withdrawal is to be expected, more with dose and time",
}


def dependence_of(knowledge: Knowledge, facts: Facts, drug: str) -> Dependence:
    """Likelihood of physical dependence with the facts it rests on. Source: asam_2025, Table 2."""
    likelihood, band = _words(facts("physical_dependence")), _words(facts("benzodiazepine_dose_band"))
    z_drug = "z_drug" in knowledge.drugs[drug].classes
    recorded = _truth(facts, "physical_dependence_recorded")
    grounds = (
        Ground("days of use", _say(facts, "bzra_days_of_use")),
        Ground("days a week", _say(facts, "bzra_days_per_week")),
        Ground("diazepam equivalent a day [mg], over all tables", _say(facts, "bzra_diazepam_equivalent_mg_per_day")),
        Ground("dose band", " or ".join(band) or ("no bands are published for Z-drugs" if z_drug else "not known")),
        Ground("physical dependence in the record", say(recorded)),
    )
    return Dependence(likelihood, band, recorded, grounds, _sentence(likelihood, recorded), (_TABLE,))


def _sentence(likelihood: tuple[str, ...], recorded: bool | None) -> str:
    if not likelihood:
        words = "Not known; treated as likely until it is."
    elif len(likelihood) == 1:
        words = f"{likelihood[0].capitalize()}: {_MEANING[likelihood[0]]}."
    else:
        words = f"{' or '.join(likelihood).capitalize()}, not known which; treated as {likelihood[-1]} until it is."
    if recorded and "likely" not in likelihood:
        words += " Dependence is recorded all the same, so it is treated as likely."
    return f"{words} Physical dependence is a response of the body to regular use and says nothing about misuse."


def suggested_pace(
    knowledge: Knowledge, facts: Facts, flags: tuple[Point, ...], dependence: Dependence, drug: str
) -> SuggestedPace:
    """A corner of the guideline's range, 5 to 10 % of the current dose every 2 to 4 weeks, and why that one.

    After less than a month of low-dose use a larger share, below the ceiling of 25 % in 14 days (takeaway 5a).
    """
    share, days = knowledge.parameters["taper_initial_share"], knowledge.parameters["taper_initial_days"]
    small, large = Fraction(str(share.lowest)), Fraction(str(share.highest))
    shortest, longest = int(days.lowest), int(days.highest)
    if _may_be_brief(knowledge, facts, flags, dependence):
        return _brief_pace(knowledge)
    slow = _why_slow(knowledge, flags, drug)
    if slow:
        return SuggestedPace(small, longest, f"The slowest corner of the range, because of {slow}.",
                             (_PACE, _SLOWER, _OURS))  # fmt: skip
    if _may_be_quick(knowledge, facts, flags, dependence):
        why = "The fastest corner of the range, because use is short, dependence not likely and no risk is known."
        return SuggestedPace(large, shortest, why, (_PACE, _FASTER, _OURS))
    # JUDGEMENT: between the corners the larger share at the middle of the interval; a step is over before the next.
    why = "The middle of the range, because nothing calls for the slowest pace and the fastest is not clearly safe"
    unknown = [flag.low_title for flag in flags if flag.level == "major" and flag.state == "not known"]
    if unknown:
        why += f"; if it applies, go slower: {', '.join(unknown)} (not known)"
    return SuggestedPace(large, (shortest + longest) // 2, f"{why}.", (_PACE, _OURS))


def _why_slow(knowledge: Knowledge, flags: tuple[Point, ...], drug: str) -> str:
    """The flags that ask for the slowest pace, or nothing."""
    # JUDGEMENT: one of the first four, or two of the others. With any single one (a drug that is not long-acting, a
    # year of use) nearly everybody would be given a taper of three years.
    present = [flag for flag in flags if flag.state == "present"]
    enough = knowledge.parameters["taper_other_flags_for_slowest_pace"].lowest
    if any(flag.level == "major" for flag in present) or len(present) >= enough:
        short = f"the shorter action of {drug}"
        return "; ".join(short if flag.name == ABOUT_THE_DRUG else flag.low_title for flag in present)
    return ""


def _may_be_quick(knowledge: Knowledge, facts: Facts, flags: tuple[Point, ...], dependence: Dependence) -> bool:
    """Unlikely dependence, under three months of use, and the flags known to be absent (asam_2025, takeaway 5a)."""
    # JUDGEMENT: how long the drug acts is no reason against a short taper after a short use.
    short = _days_at_most(facts) < knowledge.parameters["dependence_long_use_days"].lowest
    absent = all(flag.state == "absent" or flag.name == ABOUT_THE_DRUG for flag in flags)
    return short and _unlikely(dependence) and absent


def _may_be_brief(knowledge: Knowledge, facts: Facts, flags: tuple[Point, ...], dependence: Dependence) -> bool:
    """Unlikely dependence, under a month of low-dose use, and none of the first four flags (asam_2025, takeaway 5a)."""
    # JUDGEMENT: the first four flags and a high dose must be known to be absent. Of the others, fewer than would ask
    # for the slowest pace may hold; one that is not known counts as one that does.
    must = [flag for flag in flags if flag.level == "major" or flag.name == _HIGH_DOSE]
    others = [flag for flag in flags if flag not in must and flag.name != ABOUT_THE_DRUG]
    enough = knowledge.parameters["taper_other_flags_for_slowest_pace"].lowest
    short = _days_at_most(facts) < knowledge.parameters["dependence_short_use_days"].lowest
    few = all(f.state == "absent" for f in must) and sum(f.state != "absent" for f in others) < enough
    return short and few and _unlikely(dependence)


def _brief_pace(knowledge: Knowledge) -> SuggestedPace:
    share, days = (knowledge.parameters[f"taper_brief_use_{name}"] for name in ("share", "days"))
    why = "Quicker than the usual range, because use is shorter than a month and dependence not likely"
    ours = (_FASTER, _OURS)
    return SuggestedPace(
        Fraction(str(share.highest)), int(days.highest), f"{why}; slower when it is hard to bear.", ours
    )


def _days_at_most(facts: Facts) -> float:
    """The longest the use may have lasted [d]; NaN, below nothing, when it is not known."""
    days = facts("bzra_days_of_use")
    assert isinstance(days, Number)
    return float(days.high[0])


def _unlikely(dependence: Dependence) -> bool:
    """Whether dependence is known not to be likely and known not to be recorded."""
    return bool(dependence.likelihood) and "likely" not in dependence.likelihood and dependence.recorded is False


def _words(column: object) -> tuple[str, ...]:
    """Every word a fact may be; empty when it is not known, or when it may be any of them."""
    assert isinstance(column, Word)
    value = column.value(0)
    if isinstance(value, list):
        return () if len(value) == len(column.vocabulary.words) else tuple(value)
    return () if value is None else (value,)


def _truth(facts: Facts, name: str) -> bool | None:
    column = facts(name)
    assert isinstance(column, Truth)
    return column.value(0)


def _say(facts: Facts, name: str) -> str:
    value = plain(facts(name), 0)
    return "not known" if value in (None, [0.0, None]) else say(value)
