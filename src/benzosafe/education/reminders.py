"""Short messages to a phone: what changes when. No message names a medicine, for a phone lies open on a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benzosafe.education.leaflet import Leaflet
from benzosafe.education.situation import Situation

# The letters of a message of 160 (3GPP TS 23.038); any other letter makes it a message of 70.
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ONE, _PART = (160, 153), (70, 67)
_EVE = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """A message and the day it is for; `parts`: how many messages a phone company counts."""

    on: date
    name: str
    text: str

    @property
    def parts(self) -> int:
        """One for 160 letters of the usual set, or 70 of any other; then parts of 153 or 67."""
        whole, part = _ONE if set(self.text) <= _GSM_7 else _PART
        return 1 if len(self.text) <= whole else -(-len(self.text) // part)


def reminders_of(leaflet: Leaflet, situation: Situation) -> tuple[Reminder, ...]:
    """The messages from the day of the leaflet on, in order of day; only of what was released."""
    found = sorted(_found(leaflet, situation), key=lambda reminder: (reminder.on, reminder.name))
    return tuple(reminder for reminder in found if reminder.on >= leaflet.on)


def _found(leaflet: Leaflet, situation: Situation) -> Iterator[Reminder]:
    say, shows = leaflet.language.say, leaflet.asked.release.shows
    plan, review = situation.plan, situation.next_review
    if plan and shows("plan"):
        starts = [period.starts_on for period in plan.periods if period.starts_on]
        for start in starts:
            yield Reminder(start - _EVE, "sms_eve", say("sms_eve"))
            name = "sms_last" if start == starts[-1] and plan.plan.steps[-1].stop else "sms_step"
            yield Reminder(start, name, say(name))
        for mind in plan.minds:
            # JUDGEMENT: a week is long enough to reach a prescriber.
            before = max(mind.starts_on - timedelta(days=7), leaflet.on)
            if mind.starts_on > leaflet.on:
                yield Reminder(before, "sms_mind", say("sms_mind", date=leaflet.language.day(mind.starts_on, "short")))
    if review and shows("visits"):
        if review.state in ("overdue", "due"):
            yield Reminder(leaflet.on, "sms_visit_now", say("sms_visit_now"))
        elif review.state in ("coming", "later"):
            due = leaflet.language.day(review.due_on, "short")
            yield Reminder(max(review.due_on - timedelta(days=7), leaflet.on), "sms_visit", say("sms_visit", date=due))


def reminders_data(leaflet: Leaflet, situation: Situation) -> list[dict[str, Any]]:
    """The messages as JSON."""
    return [
        {"on": item.on.isoformat(), "id": item.name, "text": item.text, "parts": item.parts}
        for item in reminders_of(leaflet, situation)
    ]
