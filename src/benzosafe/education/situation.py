"""What is known of this person when a leaflet is made: the facts of the review, and a few that only papers need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from benzosafe.education.contacts import Contacts, contacts_of
from benzosafe.education.given_plan import GivenPlan
from benzosafe.education.language import language_of
from benzosafe.education.mixing import Mixing, mixing_of
from benzosafe.errors import InputRefused, KnowledgeIssue
from benzosafe.facts.catalog import catalog_of
from benzosafe.facts.column import Column, Truth, Word
from benzosafe.facts.frame import Frame
from benzosafe.facts.registry import UnknownFact
from benzosafe.knowledge.contacts_model import Kind
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.texts import ORIGINAL
from benzosafe.monitoring.due import Task, tasks
from benzosafe.patient.scenario import Scenario
from benzosafe.patient.tables import Order, Record
from benzosafe.review.condition import Condition, ConditionError, Facts, compile_condition
from benzosafe.review.finding import unknown_leaves
from benzosafe.review.review import Review, review

_LIQUID = ("solution", "liquid", "drops", "suspension", "concentrate")
_RESCUE = ("nasal", "rectal", "buccal", "enema", "spray")
_MELTING = ("disintegrating", "melt", "wafer")
_ANY_DAY = date(2000, 1, 1)  # whether conditions compile does not depend on it
# Facts of papers only; the rest are the facts of rules.
OWN_FACTS = (
    "emergency_known", "poison_known", "returns_known", "law_known", "reason_known", "form_tablet", "form_melt",
    "form_half", "form_liquid", "taken_as_needed", "plan_given", "plan_ends_in_stop", "plan_overridden",
    "plan_minds_open", "plan_changes_drug", "visit_coming", "visit_due", "rescue_named", "opioids_named",
    "sleepy_named_here", "raisers_named_here", "lowerers_named_here", "changers_named_here",
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """One person on one day in one country, with the plan that was given, if any."""

    record: Record
    knowledge: Knowledge
    on: date
    country: str = ""
    plan: GivenPlan | None = None
    frame: Frame = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", self._review.frame)
        if not self.drugs:
            raise InputRefused(
                "no benzodiazepine or Z-drug that is taken now is in the record, so there is nothing to explain.",
                where=self.record.patient_id,
                next_step="Add it with its dose, such as 'clonazepam 0.5 mg twice daily', or give --plan.",
            )

    @cached_property
    def _review(self) -> Review:
        return review(self.record, self.knowledge, self.on)

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """The orders of benzodiazepines and Z-drugs that are or may be taken now."""
        catalog = catalog_of(self.knowledge)
        return tuple(
            order
            for order in self.record.orders
            if order.active is not False and order.ingredient and "bzra" in catalog.classes_of(order.ingredient)
        )

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """The benzodiazepines and Z-drugs of the paper: those of the list, then those of the plan."""
        listed = [order.ingredient for order in self.orders if order.ingredient and not _is_rescue(order)]
        found = tuple(dict.fromkeys([*listed, *(self.plan.drugs if self.plan else ())]))
        return found or self.rescue

    @cached_property
    def rescue(self) -> tuple[str, ...]:
        """Those kept for emergencies only, given by nose, cheek or bowel when needed."""
        return tuple(dict.fromkeys(order.ingredient for order in self.orders if order.ingredient and _is_rescue(order)))

    def drugs_of(self, *groups: str) -> tuple[str, ...]:
        """Those of them that are of one of the classes, or are one of the drugs named."""
        catalog = catalog_of(self.knowledge)
        return tuple(drug for drug in self.drugs if drug in groups or set(groups) & set(catalog.classes_of(drug)))

    @cached_property
    def contacts(self) -> Contacts:
        """Whom to call where this person lives."""
        return contacts_of(self.country, self.knowledge, self.on) if self.country else Contacts("")

    def numbers(self, kind: Kind) -> tuple[str, ...]:
        """The numbers of one kind that hold wherever in the place this person may be, for use in a sentence."""
        in_a_part = "-" in self.contacts.place
        found = [
            item.call
            for item in self.contacts.of(kind)
            if item.call and (in_a_part or not (item.areas or item.except_areas))
        ]
        return tuple(dict.fromkeys(found))

    @cached_property
    def mixing(self) -> Mixing:
        """This person's other medicines that matter."""
        return mixing_of(self._review)

    @cached_property
    def next_review(self) -> Task | None:
        """The review of benefit and harm that is due next, or is overdue."""
        found = [task for task in tasks(self.record, self.frame, self.on) if task.kind == "review"]
        return found[0] if found else None

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """What the drugs are given for, where every one of them says so."""
        stated = [order.indication for order in self.orders]
        return tuple(dict.fromkeys(reason for reason in stated if reason)) if stated and all(stated) else ()

    @cached_property
    def age_years(self) -> float | None:
        """Whole years on the day; None where the birth date is not known."""
        known = self.frame.column("age_years")
        low, high = float(known.low[0]), float(known.high[0])  # type: ignore[union-attr]
        return low if high - low < 1 else None

    def tells(self, when: str) -> bool | None:
        """Whether a condition holds; None where it is not known."""
        return True if not when else _compiled(when, self.knowledge).test(self._facts).value(0)

    def unknown(self, when: str) -> tuple[str, ...]:
        """The facts that are not known and on which a condition hangs."""
        return tuple(unknown_leaves(_compiled(when, self.knowledge), self._facts, 0))

    @cached_property
    def _facts(self) -> Facts:
        own: Mapping[str, Column] = {
            **{name: Truth.of([value]) for name, value in self._own().items()},
            "country_code": Word.of([self.contacts.code or None]),
        }
        return Facts(lambda name: own[name] if name in own else self.frame.column(name))

    def _own(self) -> dict[str, bool | None]:
        """The facts of papers only, by name."""
        return {**self._of_country(), **self._of_medicines(), **self._of_plan()}

    def _of_country(self) -> dict[str, bool | None]:
        return {
            "emergency_known": bool(self.numbers("emergency")),
            "poison_known": bool(self.numbers("poison")),
            "returns_known": bool(self.contacts.returns),
            "law_known": bool(self.contacts.driving),
        }

    def _of_medicines(self) -> dict[str, bool | None]:
        forms = [*((order.form or "").lower() for order in self.orders), *_plan_forms(self.plan)]
        tablet, melting = _forms(forms)
        return {
            "reason_known": bool(self.reasons) and all(_can_be_said(reason, self.knowledge) for reason in self.reasons),
            "form_tablet": tablet,
            "form_melt": melting,
            "form_half": _cuts(self.plan),
            "form_liquid": _any_of(forms, _LIQUID),
            "taken_as_needed": _all_same([order.prn for order in self.orders]),
            "rescue_named": bool(self.rescue),
            "opioids_named": bool(self.mixing.opioids),
            "sleepy_named_here": bool(self.mixing.sleepy),
            "raisers_named_here": bool(self.mixing.raisers),
            "lowerers_named_here": bool(self.mixing.lowerers),
            "changers_named_here": bool(self.mixing.changers),
        }

    def _of_plan(self) -> dict[str, bool | None]:
        plan, task = self.plan, self.next_review
        return {
            "plan_given": plan is not None,
            "plan_ends_in_stop": plan.plan.steps[-1].stop if plan else None,
            "plan_overridden": plan.plan.override is not None if plan else None,
            "plan_minds_open": bool(plan.minds) if plan else None,
            "plan_changes_drug": plan.change is not None if plan else None,
            "visit_coming": task is not None and task.state in ("coming", "later"),
            "visit_due": task is not None and task.state in ("overdue", "due"),
        }


def _is_rescue(order: Order) -> bool:
    given = f"{order.route or ''} {order.form or ''}".lower()
    return order.prn is not False and any(word in given for word in _RESCUE)


def _can_be_said(reason: str, knowledge: Knowledge) -> bool:
    """Whether there are plain words for a reason."""
    return f"reason_{reason}" in language_of(ORIGINAL, "", knowledge).needs


def _plan_forms(plan: GivenPlan | None) -> list[str]:
    """The forms of the products a plan is made of."""
    doses = [dose for period in plan.periods for _, taken in period.doses for dose in taken] if plan else []
    return sorted({portion.product.form.lower() for dose in doses for portion in dose.portions})


def _cuts(plan: GivenPlan | None) -> bool | None:
    """Whether a tablet of the plan is cut; not known without a plan."""
    doses = [dose for period in plan.periods for _, taken in period.doses for dose in taken] if plan else []
    return any(portion.cut for dose in doses for portion in dose.portions) if plan else None


def _forms(forms: list[str]) -> tuple[bool | None, bool | None]:
    melting = _any_of(forms, _MELTING)
    tablet = any("tablet" in form or "capsule" in form for form in forms if not any(word in form for word in _MELTING))
    return (tablet or None) if forms else None, melting


def _any_of(forms: list[str], words: tuple[str, ...]) -> bool | None:
    """Whether a form is one of these; not known where no form says so and one is not stated."""
    if any(word in form for form in forms for word in words):
        return True
    return None if not all(forms) or not forms else False


def _all_same(values: list[bool | None]) -> bool | None:
    return values[0] if values and len(set(values)) == 1 else None


@lru_cache(maxsize=512)
def _compiled(when: str, knowledge: Knowledge) -> Condition:
    return compile_condition(when, {name: number.lowest for name, number in knowledge.parameters.items()})


def check_leaflets(knowledge: Knowledge) -> list[KnowledgeIssue]:
    """Every condition of a statement or question that does not compile or names a fact there is not."""
    issues = []
    frame = Frame([Scenario("as_is", Record("any"), ())], knowledge, _ANY_DAY)
    own: dict[str, Column] = {name: Truth.of([None]) for name in OWN_FACTS}
    own["country_code"] = Word.of([None])
    facts = Facts(lambda name: own[name] if name in own else frame.column(name))
    asked = [
        (f"education/topics/{topic.name}.yaml", name, statement.when)
        for topic in knowledge.leaflet_topics.values()
        for name, statement in topic.statements.items()
    ] + [("education/questions.yaml", name, question.when) for name, question in knowledge.questions.items()]
    for file, name, when in asked:
        try:
            if when:
                _compiled(when, knowledge).try_every_part(facts)
        except (ConditionError, UnknownFact, TypeError) as error:
            issues.append(KnowledgeIssue(file, 1, name, str(error.args[0])))
    return issues
