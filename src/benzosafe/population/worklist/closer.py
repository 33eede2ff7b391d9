"""A close look at some patients of a screen: their records are read again, and every change is tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benzosafe.errors import InputRefused
from benzosafe.knowledge.load import Knowledge
from benzosafe.population.rows import ROWS, PatientRows, by_patient
from benzosafe.population.screen.parts import read_part
from benzosafe.population.screen.record import record_of
from benzosafe.population.worklist.candidates import Candidate
from benzosafe.population.worklist.offers import Offers, offers_of
from benzosafe.review.review import Review, review, weight_of


@dataclass(frozen=True)
class Look:
    """What a close look gives: the harm that can be prevented, what is offered, what can be done anyway."""

    candidate: Candidate
    harm: int
    offers: Offers
    can_be_done: tuple[str, ...]


@dataclass(frozen=True)
class Closer:
    """Looks closely at patients of a screen, with the knowledge and for the date given."""

    folder: Path
    knowledge: Knowledge
    on: date

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Look]:
        """Their looks in their order, each only when it is asked for."""
        people = self._rows_of(candidates)
        for candidate in candidates:
            yield self._look(candidate, people[candidate.patient])

    def _rows_of(self, candidates: Sequence[Candidate]) -> dict[str, PatientRows]:
        of_part: dict[str, list[str]] = defaultdict(list)
        for candidate in candidates:
            of_part[candidate.part].append(candidate.patient)
        found: dict[str, PatientRows] = {}
        for part, patients in sorted(of_part.items()):
            table = read_part(self.folder / "records" / part, ROWS.names, patients)
            found |= {person.patient: person for person in by_patient(table.to_batches())}
            for patient in patients:
                if patient not in found:
                    raise InputRefused(
                        f"holds no record of {patient}.", where=f"records/{part}",
                        next_step="Screen again into a new folder.",
                    )  # fmt: skip
        return found

    def _look(self, candidate: Candidate, person: PatientRows) -> Look:
        judged = review(record_of(person, self.knowledge, self.on), self.knowledge, self.on)
        offers = offers_of(judged, candidate.do_not_taper)
        return Look(candidate, preventable_harm(judged), offers, _can_be_done(judged))


def preventable_harm(judged: Review) -> int:
    """What the change that helps most takes away, or what advice that lowers nothing answers, where that is more.

    Somebody who stopped at once is helped by a call today, not by lowering a medicine.
    """
    by_change = max((tried.burden_before - tried.burden_after for tried in judged.changes), default=0)
    return max(by_change, weight_of(item for item in judged.verdict.findings if item.rule.rule.lowers_nothing))


def _can_be_done(judged: Review) -> tuple[str, ...]:
    """Advice that lowers no medicine, the most urgent first, of rules that hold or could hold."""
    verdict = judged.verdict
    covered = [item.finding for item in verdict.suppressed if item.kind != "excluded"]
    held = sorted(verdict.findings, key=lambda finding: -finding.rank)
    rules = {finding.rule.rule.id: finding.rule.rule for finding in (*held, *covered, *verdict.undecided)}
    said = [rule for rule in rules.values() if rule.lowers_nothing]
    covers = {name for rule in said for name in rule.supersedes}
    return tuple(" ".join(rule.advice.split()) for rule in said if rule.id not in covers)
