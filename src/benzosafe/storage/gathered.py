"""Calls on their way into the database: gathered for a moment and written together, and already remembered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from datetime import datetime

from benzosafe.storage.database import DatabaseFailed
from benzosafe.storage.events import Earlier, HookCall
from benzosafe.storage.store import Store

LOG = logging.getLogger("benzosafe.storage")
_MOST_WAITING = 5_000
"""Calls that may wait while the database does not answer; beyond them calls are refused, for nothing is forgotten."""


class GatheredCalls:
    """A store that is asked at once and written to every few hundredths of a second, in one transaction.

    A crash loses the calls of that moment: their findings may be shown once more, which is the safe side.
    """

    def __init__(self, store: Store, seconds: float = 0.05) -> None:
        self._store, self._seconds = store, seconds
        self._waiting: list[HookCall] = []
        self._changed = threading.Condition()
        self._flushing = threading.Lock()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="gathered calls", daemon=True)
        self._thread.start()

    def remember(self, call: HookCall) -> None:
        """Keep a call; DatabaseFailed when too many wait because the database does not answer."""
        with self._changed:
            if len(self._waiting) >= _MOST_WAITING:
                raise DatabaseFailed("calls wait because the database does not answer.", where=self._store.place)
            self._waiting.append(call)
            self._changed.notify()

    def earlier(self, patient_key: str, since: datetime, fingerprints: Collection[str]) -> list[Earlier]:
        """As the store's, with what still waits; one may come twice."""
        with self._changed:
            mine = [call for call in self._waiting if call.patient_key == patient_key and call.called_at >= since]
        return self._store.earlier(patient_key, since, fingerprints) + [
            Earlier(showing.fingerprint, call.hook, call.user_key, call.called_at, answered=False, overridden=False)
            for call in mine
            for showing in call.showings
            if showing.position == 0 and showing.fingerprint in fingerprints
        ]

    def flush(self) -> None:
        """Write what waits now; DatabaseFailed when it cannot be, and it goes on waiting."""
        with self._flushing:
            with self._changed:
                taken = list(self._waiting)
            if taken:
                self._store.remember(*taken)
                with self._changed:  # only what was written leaves; it was visible all the time
                    del self._waiting[: len(taken)]

    def close(self) -> None:
        """Write what waits and end."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()
        self.flush()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                if self._ended:
                    return
                self._changed.wait_for(lambda: self._ended, self._seconds)
            try:
                self.flush()
            except DatabaseFailed as error:
                LOG.error("calls wait: %s", error.what)
                with self._changed:
                    self._changed.wait_for(lambda: self._ended, 1.0)
