"""Calls and feedback that never happened."""

from datetime import UTC, datetime, timedelta

from benzosafe.storage.events import Feedback, HookCall, Showing

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def call(*showings, minutes=0, patient="p", hook="order-sign", orders=1, silences=(), not_checked=(), about=""):
    return HookCall(
        "instance", f"benzosafe-{hook}", hook, at(minutes), patient, "u", orders, tuple(not_checked), "k1",
        tuple(showings), tuple(silences), about,
    )  # fmt: skip


def showing(card, rule="opioid", position=0, tier=1):
    return Showing(card, rule, f"print of {rule}", tier, position)


def answer(card, outcome="accepted", minutes=5, reason="", comment=""):
    return Feedback(
        "benzosafe-order-sign", card, outcome, at(minutes), (), "urn:reasons" if reason else "", reason, comment
    )
