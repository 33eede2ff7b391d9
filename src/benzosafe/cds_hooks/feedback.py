"""What clinicians did with cards, as the client reports it; 'will monitor' becomes a dated task."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec

from benzosafe.cds_hooks.cards import OVERRIDE_SYSTEM, WILL_MONITOR
from benzosafe.cds_hooks.suggestions import REVIEW_DAYS
from benzosafe.errors import InputRefused
from benzosafe.fhir.refusals import decode_json, text_bytes
from benzosafe.storage.events import Feedback, FeedbackOutcome, FollowUp

WHERE = "feedback"
MONITORING = "monitoring promised"
_MOST = 1_000
_LONGEST = 4_000
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)  # clocks differ, and so do time zones


def read_feedback(data: bytes, service: str, now: datetime) -> list[Feedback]:
    """The feedback of one message; the whole message is refused when an entry cannot be read, so nothing is lost."""
    try:
        body = msgspec.json.decode(decode_json(text_bytes(data, WHERE), WHERE))
    except InputRefused as error:
        raise _refused(f"the body is not JSON: {error.what}", "") from None
    entries = body.get("feedback") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not entries or len(entries) > _MOST:
        raise _refused(f"there must be a list of 1 to {_MOST:,} entries.", ".feedback")
    return [_one(entry, f".feedback[{place}]", service, now) for place, entry in enumerate(entries)]


def _one(entry: Any, where: str, service: str, now: datetime) -> Feedback:
    if not isinstance(entry, dict):
        raise _refused("an entry is not an object.", where)
    card, outcome = _text(entry.get("card"), 128), entry.get("outcome")
    if not card:
        raise _refused("the card's uuid is missing.", f"{where}.card")
    if outcome not in ("accepted", "overridden"):
        raise _refused("outcome must be 'accepted' or 'overridden'.", f"{where}.outcome")
    at = _moment(entry.get("outcomeTimestamp"), f"{where}.outcomeTimestamp", now)
    if outcome == "accepted":
        listed = entry.get("acceptedSuggestions")
        items = listed if isinstance(listed, list) else []
        ids = tuple(_text(item.get("id"), 128) for item in items if isinstance(item, dict))
        return Feedback(service, card, "accepted", at, tuple(filter(None, ids)))
    given = entry.get("overrideReason")
    reason: Any = given.get("reason") if isinstance(given, dict) else None
    coding = reason if isinstance(reason, dict) else {}
    code, system = _text(coding.get("code"), 128), _text(coding.get("system"), 256)
    comment = _text(given.get("userComment"), _LONGEST) if isinstance(given, dict) else ""
    said: FeedbackOutcome = "overridden" if code or comment else "dismissed"
    return Feedback(service, card, said, at, (), system, code, comment)


def follow_up_of(item: Feedback, rule: str, patient: str, made_at: datetime) -> FollowUp | None:
    """The task that a promise to monitor makes."""
    if (item.reason_system, item.reason_code) != (OVERRIDE_SYSTEM, WILL_MONITOR):
        return None
    due = max(item.outcome_at.date() + timedelta(days=REVIEW_DAYS), made_at.date())
    return FollowUp(item.card, rule, MONITORING, patient, due, made_at)


def _moment(value: Any, where: str, now: datetime) -> datetime:
    text = _text(value, 64)
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise _refused(f"'{text[:40]}' is not a moment (RFC 3339).", where) from None
    if found.tzinfo is None:
        raise _refused("the moment has no time zone.", where)
    if found.replace(tzinfo=UTC) > now + _AHEAD:  # a wrong clock is no reason to lose a promise
        return datetime.combine(now.date(), time(), UTC)
    return _EARLIEST if found.replace(tzinfo=UTC) < _EARLIEST else found.astimezone(UTC)


def _text(value: Any, most: int) -> str:
    return value.strip()[:most] if isinstance(value, str) else ""


def _refused(what: str, where: str) -> InputRefused:
    return InputRefused(
        what, where=f"{WHERE} ${where}",
        next_step='Send {"feedback": [{"card": uuid, "outcome": ..., "outcomeTimestamp": ...}]}; nothing was stored.',
    )  # fmt: skip
