"""Does the law of the place let this prescription be signed or handed out? What is not known is never allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benzosafe.knowledge.law_model import PrescribingLaw, PrescribingRule
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Evidence
from benzosafe.prescriptions.content import Content, Prescriber
from benzosafe.taper.supply_law import AppliedLimit, SupplyLaw, law_for, valid_until
from benzosafe.taper.supply_words import number_words

_MOST_IN_WORDS = 1_000_000
_NUMBERS = frozenset(re.findall("[a-z]+", " ".join(map(number_words, (*range(20), *range(20, 100, 10), 100, 1000)))))
MEDICINE_FIELDS = ("medicine", "strength", "form", "quantity", "directions", "written_on")


@dataclass(frozen=True)
class Refusal:
    """Why it may not be: a code for programs, a sentence for people, and where it stands."""

    code: str
    what: str
    source: str = ""


@dataclass(frozen=True)
class Law:
    """What holds in a place on a day for a medicine; without a rule everything is refused."""

    place: str
    on: date
    supply: SupplyLaw
    rule: PrescribingRule | None
    refusal: Refusal | None

    def last_day(self, written_on: date) -> date:
        """The last day on which anything of it may be handed out."""
        return valid_until(written_on, self.supply.valid_for)

    @property
    def handed_electronically(self) -> bool:
        """Whether it may be sent from here; where a certified system is needed it is printed to be signed by hand."""
        return self.rule is not None and self.rule.electronic == "allowed"


def law_of(knowledge: Knowledge, jurisdiction: str, ingredient: str, on: date) -> Law:
    """The law in force; UsageError where the place is no code."""
    supply = law_for(knowledge, ingredient, jurisdiction, on)
    pack = knowledge.prescribing.get(supply.jurisdiction)
    refusal = _no_pack(supply, pack, on)
    rule = None if refusal or pack is None else _rule(pack, supply.schedule, on)
    if refusal is None and rule is None:
        refusal = Refusal("no_rule_in_force", f"no rule of {supply.name} is in force on {on} for {supply.schedule}")
    return Law(supply.jurisdiction, on, supply, rule, refusal)


def _no_pack(supply: SupplyLaw, pack: PrescribingLaw | None, on: date) -> Refusal | None:
    if pack is None:
        return Refusal("no_law", f"no law on prescribing is recorded for {supply.jurisdiction}")
    if not supply.schedule:
        return Refusal("schedule_not_known", f"the schedule of the medicine in {pack.name} is not recorded")
    if on > pack.checked.next:
        return Refusal("law_unchecked", f"the law of {pack.name} was to be checked again by {pack.checked.next}")
    return None


def _rule(pack: PrescribingLaw, schedule: str, on: date) -> PrescribingRule | None:
    return next(
        (
            rule for rule in pack.rules
            if rule.effective_from <= on <= (rule.effective_to or on)
            and any(schedule.startswith(name) for name in rule.schedules)
        ),
        None,
    )  # fmt: skip


def refuses_signing(content: Content, law: Law) -> list[Refusal]:
    """Everything that keeps it from being signed today; empty where nothing does."""
    if law.rule is None:
        return [law.refusal] if law.refusal else []
    return [
        *_prescriber(content.prescriber, law.rule), *_missing(content, law), *_supply(content, law),
        *_remote(content, law), *_monitoring(content, law),
    ]  # fmt: skip


def _prescriber(who: Prescriber, rule: PrescribingRule) -> Iterator[Refusal]:
    if who.profession not in rule.prescribers:
        what = f"'{who.profession or 'no profession'}' may not prescribe it; {', '.join(rule.prescribers)} may"
        yield Refusal("may_not_prescribe", what, _at(rule.registration.evidence))
    if not who.registration.strip():
        yield Refusal("no_registration", f"no {rule.registration.name} is recorded", _at(rule.registration.evidence))


def _missing(content: Content, law: Law) -> Iterator[Refusal]:
    assert law.rule is not None
    who, patient = content.prescriber, content.patient
    said = {
        "patient_name": patient.name, "patient_address": patient.address,
        "patient_born": patient.born.isoformat() if patient.born else "", "prescriber_name": who.name,
        "prescriber_address": who.address, "registration": who.registration, "phone": who.phone,
        "quantity_in_words": " ".join(fill.quantity_in_words for fill in content.fills[:1]),
        **dict.fromkeys(MEDICINE_FIELDS, "said"),
    }  # fmt: skip
    names = law.rule.content.names + (("quantity_in_words",) if law.supply.quantity_in_words else ())
    for name in dict.fromkeys(names):
        if not said[name].strip():
            yield Refusal(f"missing_{name}", f"it has to say: {name.replace('_', ' ')}", _at(law.rule.content.evidence))
    yield from _words_of_quantity(content)
    if content.written_on != law.on:
        yield Refusal("not_todays", f"it is dated {content.written_on}; it is signed on the day of its date, {law.on}")


def _words_of_quantity(content: Content) -> Iterator[Refusal]:
    """Words that say another number than the figures: whoever hands it out could not tell which holds."""
    for fill in content.fills:
        if not fill.quantity_in_words.strip():
            continue
        units = [int(item.units) for item in fill.items if item.units == int(item.units) < _MOST_IN_WORDS]
        meant = [word for number in units for word in _number_words(number_words(number))]
        if len(units) < len(fill.items) or _number_words(fill.quantity_in_words) != meant:
            what = f"the quantity in words of fill {fill.number} ('{fill.quantity_in_words}') is not the one in figures"
            yield Refusal("quantity_in_words_differs", what)


def _number_words(text: str) -> list[str]:
    return [word for word in re.findall("[a-z]+", text.lower()) if word in _NUMBERS]


def _supply(content: Content, law: Law) -> Iterator[Refusal]:
    supply = law.supply
    if content.refills > supply.refills.amount:
        yield _beyond("refills_above", f"{content.refills} refills", supply.refills)
    for fill in content.fills:
        justified = supply.days_a_fill.binding == "guidance" and content.days_reason.strip()
        if fill.days > supply.days_a_fill.amount and not justified:
            yield _beyond("days_above", f"{fill.days} days in fill {fill.number}", supply.days_a_fill)
            break
    last = law.last_day(content.written_on)
    if content.fills[-1].earliest_on > last:
        yield Refusal("fill_after_validity", f"fill {len(content.fills)} is planned after {last}, when it has ended")


def _beyond(code: str, asked: str, limit: AppliedLimit) -> Refusal:
    return Refusal(code, f"{asked}: {limit.label} at most {limit.words}", limit.source)


def _remote(content: Content, law: Law) -> Iterator[Refusal]:
    assert law.rule is not None
    remote = law.rule.remote
    if not content.remote or content.seen_in_person or remote.seen_in_person == "not_required":
        return
    if remote.exception_until is not None and law.on <= remote.exception_until:
        return
    why = "has to be seen in person first" if remote.seen_in_person == "required" else "is not known to be allowed"
    ended = f"; the exception ({remote.exception}) ended on {remote.exception_until}" if remote.exception else ""
    yield Refusal("not_seen", f"who is prescribed for from afar {why}{ended}", _at(remote.evidence))


def _monitoring(content: Content, law: Law) -> Iterator[Refusal]:
    """JUDGEMENT: where it is not known whether the programme has to be asked, it has to be, or a reason given."""
    assert law.rule is not None
    rule = law.rule.monitoring
    if rule.query == "not_required" or content.monitoring_reason.strip():
        return
    oldest = law.on - timedelta(days=rule.not_older_than_days)
    if content.monitoring_checked_on is None or not oldest <= content.monitoring_checked_on <= law.on:
        what = f"the monitoring programme has to be asked (since {oldest}), or a reason given why it was not"
        yield Refusal("monitoring_not_checked", what, _at(rule.evidence))


def _at(evidence: Evidence) -> str:
    return f"{evidence.source}, {evidence.at} ({evidence.confidence})" if evidence.at else evidence.source
