"""A leaflet for one person: what holds for them, from the bank of statements, in their language, with its source.

No sentence is composed here: each is a statement of knowledge with its id, and what is left out says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from benzosafe.education.choice import choice_data
from benzosafe.education.country_lines import contact_groups, law_lines, report_lines, return_lines
from benzosafe.education.doses import DosePeriod, beside, period_of_list, period_of_plan
from benzosafe.education.given_plan import Period
from benzosafe.education.language import Language, Value, language_of
from benzosafe.education.lines import LeftOut, Line, Section, capital, line_of
from benzosafe.education.release import Release
from benzosafe.education.situation import Situation
from benzosafe.errors import InputRefused, UsageError, nearest
from benzosafe.knowledge.education_model import Audience, LeafletTopic, Statement
from benzosafe.knowledge.texts import ORIGINAL
from benzosafe.patient.tables import Order

# JUDGEMENT: so many coming steps fit on a page beside today's; the calendar of the plan has all.
STEPS_SHOWN = 6
_ADULT_YEARS = 18
ALWAYS = ("help_now", "contacts")  # however little is asked for
_ON_REQUEST = ("choice",)


@dataclass(frozen=True)
class Asked:
    """For whom, on what (empty: all that fits), in which language; `preview`: what is not released is shown, marked."""

    audience: Audience
    topics: tuple[str, ...]
    language: str
    release: Release
    preview: bool = False


@dataclass(frozen=True)
class Leaflet:
    """The paper as data: its parts in order, what is taken, what was left out and why."""

    asked: Asked
    language: Language
    title: str
    patient_id: str
    on: date
    country: str
    drugs: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of it, in order."""
        return tuple(line for section in self.sections for line in section.lines)


def leaflet(situation: Situation, asked: Asked) -> Leaflet:
    """The leaflet of a person.

    Raises UsageError for a topic or language there is not, InputRefused where the plan and the list of medicines say
    different doses, or where a paper for the carer of a child is asked for of an adult.
    """
    language = language_of(asked.language, situation.contacts.code, situation.knowledge)
    topics = _topics(situation, asked)
    _refuse_adult(situation, asked)
    if situation.plan:
        refuse_other_dose(situation)
    maker = _Maker(situation, asked, language)
    sections = tuple(section for topic in topics if (section := maker.section(topic)))
    card = asked.topics == ("overdose",)
    title = language.say("title_card" if card else f"title_{asked.audience}", drug=maker.values["drug"])
    return Leaflet(
        asked, language, capital(title), situation.record.patient_id, situation.on, situation.contacts.code,
        situation.drugs, sections, tuple(maker.notes()), tuple(maker.left_out),
    )  # fmt: skip


def topic_names(situation: Situation) -> tuple[str, ...]:
    """Every topic there is, in the order of the paper."""
    known = sorted(situation.knowledge.leaflet_topics.values(), key=lambda topic: topic.order)
    return (*(topic.name for topic in known), "contacts")


def _topics(situation: Situation, asked: Asked) -> tuple[str, ...]:
    names = topic_names(situation)
    wrong = next((topic for topic in asked.topics if topic not in names), None)
    if wrong is not None:
        raise UsageError(
            f"there is no topic '{wrong}'.{nearest(wrong, names)}", where="--topic",
            next_step=f"The topics are: {', '.join(names)}.",
        )  # fmt: skip
    if not asked.topics:
        return tuple(name for name in names if name not in _ON_REQUEST)
    # The rescue card names the signs and the number itself.
    always = ("contacts",) if set(asked.topics) == {"overdose"} else ALWAYS
    return tuple(name for name in names if name in (*asked.topics, *always))


def _refuse_adult(situation: Situation, asked: Asked) -> None:
    age = situation.age_years
    if asked.audience == "child_carer" and age is not None and age >= _ADULT_YEARS:
        raise UsageError(
            f"the patient is {age:.0f} years old.", where="--for child-carer", next_step="Use --for caregiver."
        )


def refuse_other_dose(situation: Situation) -> None:
    """InputRefused when the list gives a dose that the plan does not know: a paper must not say two doses."""
    assert situation.plan is not None
    for drug in situation.plan.drugs:
        listed = [order for order in situation.orders if order.ingredient == drug]
        doses = [order.dose_mg_per_day for order in listed]
        if not listed or any(dose is None or not dose.certain for dose in doses):
            continue
        total = round(sum(dose.high for dose in doses if dose) * 1_000)
        known = situation.plan.amounts_until(drug, situation.on)
        if known and total not in known:
            raise InputRefused(
                f"{drug}: the list says {total / 1_000:g} mg a day, the plan knows "
                f"{', '.join(f'{amount / 1_000:g}' for amount in sorted(known, reverse=True))} mg a day up to today.",
                where=situation.record.patient_id,
                next_step="Settle which is right, then mend the list or make a new plan.",
            )


class _Maker:
    """Makes the sections of one paper, and keeps what was left out."""

    def __init__(self, situation: Situation, asked: Asked, language: Language) -> None:
        self.situation, self.asked, self.language = situation, asked, language
        self.left_out: list[LeftOut] = []
        self.values = _values(situation, language)
        self.original = language_of(ORIGINAL, language.country, situation.knowledge)

    def section(self, topic: str) -> Section | None:
        title = self.language.say(f"topic_{topic}")
        if topic == "contacts":
            groups, lines, missing = contact_groups(self.situation.contacts, self.language)
            self.left_out += missing
            return Section(topic, title, tuple(lines), groups=groups)
        known = self.situation.knowledge.leaflet_topics[topic]
        lines = [*self._statements(known), *self._of_country(topic)]
        periods = self._periods(topic)
        if not lines and not periods:
            return None
        choice = choice_data(self.situation, self.language) if topic == "choice" else None
        return Section(topic, title, tuple(lines), periods=periods, choice=choice)

    def _statements(self, topic: LeafletTopic) -> Iterator[Line]:
        pending: list[Line] = []
        for name, statement in topic.statements.items():
            if self.asked.audience not in statement.for_:
                continue
            lines = list(self._made(name, statement, topic.name))
            if statement.kind == "intro":  # kept back until a sign follows: an intro alone says nothing
                pending = lines or pending
                continue
            if statement.kind == "sign" and lines:
                yield from pending
                pending = []
            yield from lines

    def _made(self, name: str, statement: Statement, topic: str) -> Iterator[Line]:
        holds = self.situation.tells(statement.when)
        if holds is False:
            return
        if holds is None and statement.if_unknown == "leave_out":
            missing = ", ".join(self.situation.unknown(statement.when))
            self.left_out.append(LeftOut(name, topic, f"not known: {missing or statement.when}"))
            return
        released = self.asked.release.shows(statement.part)
        if not released and not self.asked.preview:
            self.left_out.append(LeftOut(name, topic, f"not released: {statement.part}"))
            return
        for values in self._values_of(name):
            yield line_of(name, statement, self.language.say(name, **values), released)

    def _values_of(self, name: str) -> list[Mapping[str, Value]]:
        """The values of a sentence; several where it is said once for each of several days."""
        days: Sequence[date] = ()
        if name in ("what_for", "what_for_child"):
            return self._reasons()
        if name == "visit_by" and self.situation.next_review:
            days = [self.situation.next_review.due_on]
        if name == "plan_minds" and self.situation.plan:
            days = sorted({mind.starts_on for mind in self.situation.plan.minds})
        return [{**self.values, "date": self.language.day(day)} for day in days] or [self.values]

    def _reasons(self) -> list[Mapping[str, Value]]:
        """What each drug is given for, one by one."""
        said = {
            order.ingredient or "": self.language.say(f"reason_{order.indication}")
            for order in self.situation.orders
            if f"reason_{order.indication}" in self.language.needs
        }
        return [{**self.values, "drug": drug, "reason": reason} for drug, reason in said.items()]

    def _of_country(self, topic: str) -> list[Line]:
        contacts = self.situation.contacts
        if topic == "driving" and self.asked.audience == "patient":
            return law_lines(contacts, self.language, self.situation.drugs)
        if topic == "storage":
            return return_lines(contacts, self.language)
        return report_lines(contacts, self.language) if topic == "effects" else []

    def _periods(self, topic: str) -> tuple[DosePeriod, ...]:
        """What is taken today, under how to take it; and the steps that come, under the plan."""
        plan, on = self.situation.plan, self.situation.on
        if topic == "start" and self.asked.audience != "caregiver" and self._shows("medicines"):
            return self._today()
        if topic == "taper" and plan and self._shows("plan"):
            coming = [period for period in plan.periods if period.starts_on and period.starts_on > on]
            return tuple(self._of_plan(period) for period in coming[:STEPS_SHOWN])
        return ()

    def _of_plan(self, period: Period) -> DosePeriod:
        return self._checked(period_of_plan(period, self.language), period_of_plan(period, self.original))

    def _of_list(self, orders: Sequence[Order]) -> DosePeriod:
        return self._checked(period_of_list(orders, self.language), period_of_list(orders, self.original))

    def _checked(self, period: DosePeriod, original: DosePeriod) -> DosePeriod:
        """Doses in the language of the paper; in English beside them where no person has read the translation."""
        return beside(period, original) if self.language.unchecked else period

    def _shows(self, part: str) -> bool:
        return self.asked.preview or self.asked.release.shows(part)  # type: ignore[arg-type]

    def _today(self) -> tuple[DosePeriod, ...]:
        plan, on = self.situation.plan, self.situation.on
        now = plan.on(on) if plan and self._shows("plan") else None
        planned = plan.drugs if plan and (now or not self._shows("plan")) else ()
        rest = [order for order in self.situation.orders if order.ingredient not in planned]
        periods = [self._of_plan(now)] if now else []
        listed = [self._of_list(rest)] if rest else []
        for period in listed:
            self.left_out += [
                LeftOut(f"dose of {drug.drug}", "start", drug.why) for drug in period.drugs if not drug.lines
            ]
        return (*periods, *listed)

    def notes(self) -> Iterator[str]:
        """What every paper says of itself."""
        release, say = self.asked.release, self.language.say
        if self.language.unchecked:
            yield say("machine_note")
        if release.by and release.on:
            yield say("released_by", by=release.by, date=self.language.day(release.on))
        elif self.asked.preview:
            yield say("not_released")
        else:
            yield say("general_only")
        if not self.asked.preview and any(item.why.startswith("not released") for item in self.left_out):
            yield say("held_back")
        yield say("no_change_note")
        yield say("draft_note")


def _values(situation: Situation, language: Language) -> dict[str, Value]:
    mixing = situation.mixing
    override = situation.plan.plan.override if situation.plan else None
    change = situation.plan.change if situation.plan else None
    return {
        "drug": language.all_of(situation.drugs),
        "emergency": language.either(situation.numbers("emergency")),
        "poison": language.either(situation.numbers("poison")),
        "opioids": language.all_of(mixing.opioids), "sleepy": language.all_of(mixing.sleepy),
        "raisers": language.all_of(mixing.raisers), "lowerers": language.all_of(mixing.lowerers),
        "changers": language.all_of(mixing.changers), "reason": "",
        "sleep_drug": language.all_of(situation.drugs_of("z_drug")),
        "day_drug": language.all_of(situation.drugs_of("benzodiazepine")),
        "juice_drug": language.all_of(situation.drugs_of("triazolam", "quazepam")),
        "rescue": language.all_of(situation.rescue),
        "old": change.old if change else "", "new": change.new if change else "",
        "by": override.by if override else "", "date": "",
    }  # fmt: skip
