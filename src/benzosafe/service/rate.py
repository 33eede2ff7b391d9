"""A token bucket per caller, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict

MOST_CALLERS = 10_000


class Rate:
    """So many calls a minute, with bursts; the caller unseen for longest is forgotten when there are too many."""

    def __init__(self, per_minute: int, burst: int) -> None:
        self._per_second, self._burst = per_minute / 60, float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_seconds(self, caller: str, now_seconds: float) -> float:
        """0 when a call may go on, which uses one; otherwise the time until one may."""
        left = self._left(caller, now_seconds)
        if left < 1:
            self._keep(caller, left, now_seconds)
            return (1 - left) / self._per_second
        self._keep(caller, left - 1, now_seconds)
        return 0.0

    def is_empty(self, caller: str, now_seconds: float) -> bool:
        """Whether a caller has nothing left, without using any."""
        return self._left(caller, now_seconds) < 1

    def _left(self, caller: str, now_seconds: float) -> float:
        left, at = self._buckets.get(caller, (self._burst, now_seconds))
        return min(self._burst, left + max(0.0, now_seconds - at) * self._per_second)

    def _keep(self, caller: str, left: float, now_seconds: float) -> None:
        self._buckets[caller] = (left, now_seconds)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
