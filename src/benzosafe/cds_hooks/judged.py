"""What is judged of a request, whoever asks and whatever was shown before; the same data is judged once."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from benzosafe.cds_hooks.drafts import Drafts, read_drafts
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
    def relevant(self) -> list[Finding]:
        """Findings worth a card: severe enough, and where there are drafts, about them."""
        if self.result is None:
            return []
        found = [finding for finding in self.result.verdict.findings if own_tier(finding) <= INTERRUPTIVE]
        if self.drafts.orders:
            found = [finding for finding in found if self.drafts.focus.intersection(finding.orders)]
        return sorted(found, key=own_tier)

    @cached_property
    def undecided(self) -> list[Finding]:
        """Checks that could not be decided and might have been severe."""
        undecided = self.result.verdict.undecided if self.result else ()
        return [finding for finding in undecided if finding.rank_possible >= RANK["high"]]

    @cached_property
    def needs_data(self) -> bool:
        """Whether silence could be taken for safety: a sedative or opioid is at stake and a list was not told."""
        if self.sent.other_names or self.result is None:
            return False  # a client that asked by another definition: what it did not find is not ours to report
        if not {REQUESTS, "conditions"}.intersection(self.sent.missing):
            return False
        if not self.drafts.orders:
            return REQUESTS in self.sent.missing or any(map(_at_stake(self.result.knowledge), self.orders))
        return any(map(_at_stake(self.result.knowledge), self.drafts.orders))


def judge(request: HookRequest, fetched: Mapping[str, bytes], knowledge: Knowledge, on: date) -> Judged:
    """Read what was sent and review it with the drafts; InputRefused when it cannot be read."""
    sent = read_sent(request, fetched, knowledge, on)
    drafts = read_drafts(request, sent.resources, knowledge, on)
    if request.service.hook in ORDER_HOOKS and not drafts.orders:
        return Judged(sent, drafts, None)
    return Judged(sent, drafts, review(sent.record, knowledge, on, drafts.orders))


def _at_stake(knowledge: Knowledge) -> Callable[[Order], bool]:
    catalog, drugs = catalog_of(knowledge), knowledge.drugs

    def is_at_stake(order: Order) -> bool:
        if order.active is False:
            return False
        if order.ingredient is None or order.ingredient not in drugs:
            return order.ingredient is None
        classes = catalog.classes_of(order.ingredient)
        return any(name in classes for name in _IN_SCOPE)

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
        request.service.hook.encode(), request.drafts or b"", *(name.encode() for name in request.selections),
    ]  # fmt: skip
    for source in (request.prefetch, fetched):
        for name, raw in source.items():
            parts += [name.encode("utf-8", "surrogatepass"), bytes(raw)]
        parts.append(b"")
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()
