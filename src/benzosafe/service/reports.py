"""The full report behind a card: kept for some minutes under a name nobody can guess, then gone."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from benzosafe.review.report import report
from benzosafe.review.review import Review
from benzosafe.service.state import ServiceState

_MOST = 200
"""Reports kept at once; the oldest go first, which bounds the memory."""


HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class Reports:
    """Reviews by secret name; a page is made only when somebody opens it."""

    def __init__(self, state: ServiceState) -> None:
        self._life = timedelta(minutes=state.settings.report_minutes)
        self._base = state.settings.base_url
        self._kept: OrderedDict[str, tuple[datetime, Review]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, result: Review, now: datetime) -> str:
        """The address of the report; empty when reports are switched off."""
        if not self._life:
            return ""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._kept[name] = (now + self._life, result)
            while len(self._kept) > _MOST or next(iter(self._kept.values()))[0] < now:
                self._kept.popitem(last=False)
        return f"{self._base}/reports/{name}"

    def page(self, name: str, now: datetime) -> str | None:
        """The page, or None when there is no such report any more."""
        from benzosafe.render.review_page import html_review

        with self._lock:
            found = self._kept.get(name)
        if found is None or found[0] < now:
            return None
        return html_review(report(found[1]))
