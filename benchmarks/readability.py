"""The reading grade of every leaflet of 200 generated plans: the whole distribution, the worst named.

    python benchmarks/readability.py            # writes docs/readability.md
    python benchmarks/readability.py --people 20 --print

People, medicines, plans and countries are drawn with a fixed seed, so that the same knowledge gives the same page.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.progress import track

from benzosafe.education.given_plan import GivenPlan
from benzosafe.education.leaflet import Asked, Leaflet, leaflet
from benzosafe.education.reading_level import medicine_names, reading_level
from benzosafe.education.release import release_of
from benzosafe.education.situation import Situation
from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.education_model import Audience
from benzosafe.knowledge.load import Knowledge, load_knowledge
from benzosafe.patient.handwritten import read_handwritten
from benzosafe.patient.tables import Record
from benzosafe.taper.asked import Asked as TaperAsked
from benzosafe.taper.job import taper_job

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "readability.md"
ON = date(2026, 11, 24)
SEED = 20_261_124
# Drug, tablet [mg], mg a day: what is usual, from labels on record.
_TAKEN = (
    ("clonazepam", 0.5, (0.5, 1, 1.5, 2)), ("diazepam", 5, (5, 10, 15)), ("alprazolam", 0.5, (0.5, 1, 1.5)),
    ("lorazepam", 1, (1, 2, 3)), ("clobazam", 10, (10, 20)), ("zolpidem", 5, (5, 10)), ("temazepam", 15, (15, 30)),
)  # fmt: skip
_OTHERS = (
    "oxycodone 10 mg twice daily", "gabapentin 300 mg three times daily", "clarithromycin 500 mg twice daily",
    "diphenhydramine 25 mg at bedtime", "omeprazole 20 mg once daily", "sertraline 50 mg once daily",
    "carbamazepine 200 mg twice daily", "fluconazole 150 mg once daily", "morphine 15 mg twice daily",
)  # fmt: skip
_REASONS = ("panic disorder", "anxiety", "insomnia", "epilepsy", "")
_CONDITIONS = ("COPD", "sleep apnoea", "falls", "depression", "cirrhosis", "pregnancy")
_COUNTRIES = ("US", "GB-ENG", "GB-SCT", "IE", "CA", "CA-QC", "AU", "ES", "DE", "")
# A kind of paper: its reader, its topics, and whether the lines of doses are read as sentences.
_PAPERS: dict[str, tuple[Audience, tuple[str, ...], bool]] = {
    "patient": ("patient", (), False),
    "patient, lines of doses too": ("patient", (), True),
    "caregiver": ("caregiver", (), False),
    "rescue card": ("caregiver", ("overdose",), False),
    "choice with numbers": ("patient", ("choice",), False),
}
_FORMULAS = {
    "en": {"flesch_kincaid_grade": "Flesch-Kincaid grade", "smog_grade": "SMOG grade"},
    "es": {
        "fernandez_huerta": "Fernández Huerta points",
        "inflesz": "INFLESZ points",
        "crawford_grade": "Crawford grade",
    },
}
_AIMS = {
    "flesch_kincaid_grade": (6.0, "most"), "smog_grade": (6.0, "most"), "crawford_grade": (6.0, "most"),
    "fernandez_huerta": (70.0, "least"), "inflesz": (55.0, "least"),
}  # fmt: skip


_TABLE_HEAD = (
    "| kind of paper | formula | least | 5 % | median | 95 % | most | worst with names of medicines | missed |",
    "|---|---|---|---|---|---|---|---|---|",
)
_INTRO = """# How hard the leaflets are to read

Every leaflet of {people} generated people (seed {seed}; {plans} with a taper plan from the solver): for the patient,
for a caregiver, the rescue card and the choice with numbers, in English and Spanish: {papers} papers, knowledge
{version}. Made by `python benchmarks/readability.py`.

The aim for English is US grade 6 or less by **two** formulas, Flesch-Kincaid and SMOG. SMOG is the harder one (it asks
for full understanding) and was chosen because it counts something else: long words, not the mean length of words. For
Spanish the aim is 70 points or more by Fernández Huerta (grade 6), 55 or more by INFLESZ (normal), and grade 6 or less
by Crawford. Grades are taken without the names of medicines, which nobody can make shorter; the last column but one has
them. Phrases of authorities (law, disposal) are counted. Lines of doses are numbers and units ("mg" is read as
*milligrams*, a long word), so the patient's paper is measured without and with them.

A formula sees no sense. Whether a person understands the paper is asked with `benzosafe quiz`; nobody has been asked
yet. Arabic is not measured: no formula for it that is validated for health texts was found.
"""


@dataclass(frozen=True)
class Measured:
    """One leaflet, measured: whose, in what language, and each formula without and with names of medicines."""

    who: str
    kind: str
    language: str
    sentences: int
    without_names: dict[str, float]
    with_names: dict[str, float]


def person(number: int, draw: random.Random) -> tuple[str, str]:
    """A made-up person as a clinician would write them, and a country."""
    drug, tablet, doses = draw.choice(_TAKEN)
    mg, reason = draw.choice(doses), draw.choice(_REASONS)
    born, sex = draw.randint(1935, 2005), draw.choice(("female", "male"))
    since = ON - timedelta(days=draw.choice((5, 40, 400, 3_000)))
    count = f"{mg / tablet:g}".replace("0.5", "half a")
    take = "half a tablet" if mg < tablet else f"{count} tablet{'s' if mg > tablet else ''}"
    told = f", for: {reason}" if reason else ""
    lines = [
        f"patient: {{id: person-{number}, born: {born}-03-04, sex: {sex}}}",
        "medicines:",
        f"  - {{drug: {drug} {tablet:g} mg tablet, take: {take} once daily in the evening, since: {since}{told}}}",
        *(f"  - {other}" for other in draw.sample(_OTHERS, draw.randint(0, 3))),
        f"conditions: [{', '.join(draw.sample(_CONDITIONS, draw.randint(0, 2)))}]",
        f"alcohol: {draw.choice(('none', 'some'))}",
    ]
    return "\n".join(lines), draw.choice(_COUNTRIES)


def plan_of(record: Record, knowledge: Knowledge, draw: random.Random) -> GivenPlan | None:
    """A taper of this person where one can be made, at a pace that is drawn; else none."""
    asked = TaperAsked(levels=False, country="US", pace=draw.choice(("5/28", "10/14", "10/28")), to_mg=0.0,
                       add="compounded:0.1")  # fmt: skip
    try:
        job = taper_job(knowledge, record, asked, ON)
    except BenzosafeError:
        return None
    return GivenPlan(job.plan, job.change, ())


def measured(people: int, knowledge: Knowledge) -> Iterator[Measured]:
    """Every leaflet of so many people, measured."""
    draw = random.Random(SEED)
    for number in track(range(1, people + 1), description="leaflets"):
        text, country = person(number, draw)
        record = read_handwritten(text, f"person-{number}", knowledge, ON)
        plan = plan_of(record, knowledge, draw)
        where = Situation(record, knowledge, ON, country, plan)
        for kind, (audience, topics, doses) in _PAPERS.items():
            for language in ("en", "es"):
                paper = leaflet(where, Asked(audience, topics, language, release_of("Dr Lee", (), ON)))
                words = "\n\n".join(_said(paper, doses=doses))
                level = reading_level(words, language, medicine_names(words, knowledge))
                name = f"person-{number}, {'/'.join(where.drugs)}, {kind}, {country or 'no country'}"
                yield Measured(
                    f"{name}{', with a plan' if plan else ''}", kind, language, level.without_names.sentences,
                    level.without_names.scores, level.whole.scores,
                )  # fmt: skip


def _said(paper: Leaflet, *, doses: bool) -> Iterator[str]:
    """Every sentence a reader meets: notes, statements, figures, doses if asked; contacts are left out."""
    yield from paper.notes
    for section in paper.sections:
        yield from (line.text for line in section.lines)
        if doses:
            yield from (line.text for period in section.periods for drug in period.drugs for line in drug.lines)
        for group in section.choice["groups"] if section.choice else ():
            for figure in group["figures"]:
                yield from (count["text"] for count in figure["counts"])
                yield from figure["about"]
        for gap in section.choice["gaps"] if section.choice else ():
            yield f"{gap['asks']} {gap['why']}"


def _row(of: list[Measured], kind: str, formula: str, label: str) -> str:
    ordered = sorted(item.without_names[formula] for item in of)
    at = [ordered[round(share * (len(ordered) - 1))] for share in (0, 0.05, 0.5, 0.95, 1)]
    named = (max if _AIMS[formula][1] == "most" else min)(item.with_names[formula] for item in of)
    shown = " | ".join(f"{round(value, 1) + 0:.1f}" for value in (*at, named))  # + 0: never "-0.0"
    return f"| {kind} | {label} | {shown} | {_missed(of, formula)} of {len(of)} |"


def _missed(of: list[Measured], formula: str) -> int:
    limit, way = _AIMS[formula]
    values = [item.without_names[formula] for item in of]
    return sum(value > limit if way == "most" else value < limit for value in values)


def _worst(found: list[Measured], formula: str) -> Measured:
    aim = _AIMS[formula][1]
    return (max if aim == "most" else min)(found, key=lambda item: item.without_names[formula])


def _histogram(values: list[float], width: float) -> list[str]:
    """A line a class: from, to, how many, a bar."""
    counts: dict[int, int] = {}
    for value in values:
        counts[int(value // width)] = counts.get(int(value // width), 0) + 1
    most = max(counts.values())
    lines = []
    for place in range(min(counts), max(counts) + 1):
        count = counts.get(place, 0)
        bar = "#" * round(40 * count / most)
        lines.append(f"{place * width:6.2f} to {(place + 1) * width:<6.2f} {count:5d}  {bar}".rstrip())
    return lines


def page(found: list[Measured], people: int, plans: int, knowledge: Knowledge) -> str:
    """docs/readability.md."""
    lines = _INTRO.format(people=people, seed=SEED, plans=plans, papers=len(found), version=knowledge.version).split(
        "\n"
    )
    for language, formulas in _FORMULAS.items():
        of = [item for item in found if item.language == language]
        shortest, longest = min(item.sentences for item in of), max(item.sentences for item in of)
        name = "English" if language == "en" else "Spanish"
        lines += [f"## {name}: {len(of)} papers, {shortest} to {longest} sentences", "", *_TABLE_HEAD]
        for kind in _PAPERS:
            own = [item for item in of if item.kind == kind]
            lines += [_row(own, kind, formula, label) for formula, label in formulas.items()]
        lines.append("")
        for formula, label in formulas.items():
            lines += _judged(of, formula, label)
    return "\n".join(lines)


def _judged(of: list[Measured], formula: str, label: str) -> list[str]:
    """How many miss the aim, which is worst, and the whole distribution."""
    limit, way = _AIMS[formula]
    values = [item.without_names[formula] for item in of]
    missed, worst = _missed(of, formula), _worst(of, formula)
    return [
        f"**{label}**, aim: at {way} {limit:g}. Missed by {missed} of {len(of)}. "
        f"Worst: {worst.without_names[formula]:.1f} ({worst.with_names[formula]:.1f} with names), {worst.who}.",
        "", "```", *_histogram(values, 0.25 if "grade" in formula else 2.0), "```", "",
    ]  # fmt: skip


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--print", action="store_true", dest="printed")
    chosen = parser.parse_args()
    knowledge = load_knowledge()
    found = list(measured(chosen.people, knowledge))
    plans = sum("with a plan" in item.who for item in found) // (2 * len(_PAPERS))
    text = page(found, chosen.people, plans, knowledge)
    if chosen.printed:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
