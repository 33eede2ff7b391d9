"""What is judged of a request, whoever asks and whatever was shown before; the same data is judged once."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from benzosafe.cds_hooks.drafts import Drafts, ended, read_drafts
from benzosafe.cds_hooks.memory import fingerprint
from benzosafe.cds_hooks.prefetch import Sent, read_sent
from benzosafe.cds_hooks.request import HookRequest
from benzosafe.cds_hooks.services import ORDER_HOOKS
from benzosafe.facts.catalog import catalog_of
from benzosafe.fhir.searches import REQUESTS
from benzosafe.knowledge.load import Knowledge
from benzosafe.patient.tables import Order
from benzosafe.review.evaluate import RANK
from benzosafe.review.finding import Finding
from benzosafe.review.rank import INTERRUPTIVE, own_tier
from benzosafe.review.review import Review, review

_IN_SCOPE = ("bzra", "opioid")


@dataclass(frozen=True)
class Judged:
    """The record, the drafts and the review of both; no review where a hook about orders has no order yet."""

    sent: Sent
    drafts: Drafts
    result: Review | None
    about: frozenset[str]
    """Ids of the orders the call is about: the drafts in question, and what a draft ends."""

    @property
    def orders(self) -> tuple[Order, ...]:
        """The regimen with the drafts."""
        return self.result.scenarios[-1].orders if self.result else ()

    @cached_property
    def marks(self) -> dict[int, str]:
        """The fingerprint of each finding, by its identity."""
        findings = self.result.verdict.findings if self.result else ()
        return {id(finding): fingerprint(finding, self.orders) for finding in findings}

    @cached_property
    def relevant(self) -> dict[str, Finding]:
        """Findings worth a card, by fingerprint: severe enough, and where there are drafts, about them."""
        if self.result is None:
            return {}
        found = [finding for finding in self.result.verdict.findings if own_tier(finding) <= INTERRUPTIVE]
        if self.drafts.any:
            found = [finding for finding in found if self.about.intersection(finding.orders)]
        return {self.marks[id(finding)]: finding for finding in sorted(found, key=own_tier)}

    @cached_property
    def repeats(self) -> frozenset[str]:
        """Fingerprints of the relevant findings in which nothing is new: every draft carries on what is taken."""
        new = {order.order_id for order in self.orders if order.source == "draft" and not order.continues}
        return frozenset(
            mark for mark, finding in self.relevant.items() if not self.drafts.ends and not new & set(finding.orders)
        )

    @cached_property
    def undecided(self) -> list[Finding]:
        """Checks that could not be decided and might have been severe."""
        undecided = self.result.verdict.undecided if self.result else ()
        return [finding for finding in undecided if finding.rank_possible >= RANK["high"]]

    @cached_property
    def open_questions(self) -> list[Finding]:
        """Contraindications of a draft that could not be decided, such as a child's dose without a weight.

        Where a list was not told, or a listed medicine is not known, every question is open: that is said otherwise.
        """
        if {REQUESTS, "conditions"}.intersection(self.sent.missing) or any(
            order.ingredient is None and order.active is not False for order in self.orders
        ):
            return []
        return [finding for finding in self.undecided
                if finding.rank_possible == RANK["contraindicated"] and self._is_of_draft(finding)]  # fmt: skip

    def _is_of_draft(self, finding: Finding) -> bool:
        place = finding.place
        return place.order is not None and place.frame.orders[place.order].order_id in self.drafts.focus

    @cached_property
    def not_told(self) -> tuple[str, ...]:
        """By name: lists that did not come whole, drafts that could not be read, unknown medicines, open questions."""
        drafts = ("draftOrders",) if self.drafts.unreadable else ()
        unresolved = ("unknownMedicine",) if self.drafts.unresolved else ()
        questions = tuple(finding.rule.rule.id for finding in self.open_questions)
        return (*self.sent.missing, *drafts, *unresolved, *questions)

    @cached_property
    def needs_data(self) -> bool:
        """Whether silence could be taken for safety: a sedative or opioid is at stake and something was not told."""
        if self.drafts.unreadable:
            return True
        if self.result is None:
            return False
        at_stake = _at_stake(self.result.knowledge)
        taken = REQUESTS in self.sent.missing or any(map(at_stake, self.orders))
        if self.drafts.unresolved:
            return taken
        if self.open_questions:
            return True
        # A client that asked by another definition: what it did not find is not ours to report.
        if self.sent.other_names or not {REQUESTS, "conditions"}.intersection(self.sent.missing):
            return False
        return any(map(at_stake, self.drafts.orders)) if self.drafts.any else taken


def judge(request: HookRequest, fetched: Mapping[str, bytes], knowledge: Knowledge, on: date) -> Judged:
    """Read what was sent and review it with the drafts; InputRefused when it cannot be read."""
    sent = read_sent(request, fetched, knowledge, on)
    drafts = read_drafts(request, sent.resources, knowledge, on)
    if request.service.hook in ORDER_HOOKS and not drafts.any:
        return Judged(sent, drafts, None, frozenset())
    record, closed = ended(sent.record, drafts.ends, on)
    return Judged(sent, drafts, review(record, knowledge, on, drafts.orders), drafts.focus | closed)


def _at_stake(knowledge: Knowledge) -> Callable[[Order], bool]:
    """Whether an order is of a drug whose dangers this service is about."""
    catalog, drugs = catalog_of(knowledge), knowledge.drugs

    def is_at_stake(order: Order) -> bool:
        classes = catalog.classes_of(order.ingredient) if order.ingredient in drugs else ()
        return order.active is not False and any(name in classes for name in _IN_SCOPE)

    return is_at_stake


class Judgements:
    """Judgements of the last minutes by what was sent, so that choosing, changing back and signing are judged once."""

    def __init__(self, most: int = 0, life: timedelta = timedelta(minutes=10)) -> None:
        self._most, self._life = most, life
        self._kept: OrderedDict[bytes, tuple[datetime, Judged]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, request: HookRequest, fetched: Mapping[str, bytes], knowledge: Knowledge, now: datetime) -> Judged:
        """The judgement of a request; as `judge`."""
        if not self._most:
            return judge(request, fetched, knowledge, now.date())
        key = _key(request, fetched, knowledge, now.date())
        with self._lock:
            found = self._kept.get(key)
            if found and found[0] >= now:
                self._kept.move_to_end(key)
                return found[1]
        judged = judge(request, fetched, knowledge, now.date())
        with self._lock:
            self._kept[key] = (now + self._life, judged)
            while len(self._kept) > self._most or next(iter(self._kept.values()))[0] < now:
                self._kept.popitem(last=False)
        return judged


def _key(request: HookRequest, fetched: Mapping[str, bytes], knowledge: Knowledge, on: date) -> bytes:
    """A digest of everything a judgement depends on; each part with its length, so that no two can be confused."""
    digest = hashlib.blake2b(digest_size=24)
    parts: list[bytes] = [
        knowledge.digest.encode(), on.isoformat().encode(), request.patient_id.encode(), request.fhir_server.encode(),
        request.service.hook.encode(), request.drafts or b"", b"%d selections" % len(request.selections),
        *(name.encode("utf-8", "surrogatepass") for name in request.selections),
    ]  # fmt: skip
    for source in (request.prefetch, fetched):
        parts.append(b"%d answers" % len(source))
        for name, raw in source.items():
            parts += [name.encode("utf-8", "surrogatepass"), bytes(raw)]
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()
