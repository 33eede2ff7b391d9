"""Numbers for Prometheus, on a registry of their own. No label is of a patient or a caller."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from benzosafe.storage.events import Feedback, HookCall

_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts since the start of this process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "benzosafe_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "benzosafe_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=registry
        )
        self._cards = Counter("benzosafe_cards", "Cards shown.", ["rule", "tier"], registry=registry)
        self._silences = Counter("benzosafe_silences", "Findings not shown.", ["why"], registry=registry)
        self._not_checked = Counter(
            "benzosafe_not_checked", "Calls in which a list was not available.", ["list"], registry=registry
        )
        self._feedback = Counter("benzosafe_feedback", "Feedback received.", ["outcome"], registry=registry)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def observe_call(self, call: HookCall) -> None:
        """Count the cards, silences and gaps of one hook call; a card counts for the finding it is about."""
        for showing in call.showings:
            if showing.position == 0:
                self._cards.labels(showing.rule, str(showing.tier)).inc()
        for silence in call.silences:
            self._silences.labels(silence.why).inc()
        for name in call.not_checked:
            self._not_checked.labels(name).inc()

    def observe_feedback(self, entries: Iterable[Feedback]) -> None:
        """Count feedback by outcome."""
        for entry in entries:
            self._feedback.labels(entry.outcome).inc()

    def text(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self._registry)
