"""Whatever people do in whatever order: nothing is signed unreviewed, or handed out unsigned, early or beyond."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from benzosafe.audit.ledger import entries, faults
from benzosafe.errors import BenzosafeError
from benzosafe.knowledge.load import load_knowledge
from benzosafe.prescriptions import everyone, patients, pharmacist, prescriber
from benzosafe.prescriptions.law import law_of
from tests.prescriptions.people import (
    CALM,
    NOW,
    PASSWORD,
    TABLET,
    WITH_OPIOID,
    answer_all,
    content,
    given,
    practice,
    verified,
)

PLACES = ["US", "US", "US-NY", "UK", "IE", "AU", "CA"]
AFTER_SIGNATURE = {"signed", "transmitted", "received", "verified", "partly_dispensed", "dispensed"}


class Office(RuleBasedStateMachine):
    """Two prescribers, two pharmacies, one patient, the law of any place, any order of steps, days passing."""

    @initialize(fills=st.integers(1, 3), record=st.sampled_from([CALM, WITH_OPIOID]), place=st.sampled_from(PLACES))
    def begin(self, fills, record, place):
        self.place = place
        self.folder = tempfile.TemporaryDirectory()
        self.office = practice(f"sqlite:///{Path(self.folder.name) / 'rx.db'}", load_knowledge())
        self.desk, self.now = self.office.desk, NOW
        patients.keep_record(self.desk, self.office["doctor"], "ann", record, self.now)
        self.said = self.written(fills)
        self.id = prescriber.draft(self.desk, self.office["doctor"], self.said, self.now)
        self.refused = self.done = 0

    def written(self, fills):
        return content(fills=fills, written_on=self.now.date(), words="sixty", jurisdiction=self.place)

    def attempt(self, step, *arguments, **named):
        try:
            found = step(*arguments, **named)
        except BenzosafeError as error:
            assert error.message and "Traceback" not in error.message
            self.refused += 1
            return None
        self.done += 1
        return found

    @rule(days=st.sampled_from([0, 1, 10, 28, 30, 200]))
    def time_passes(self, days):
        self.now += timedelta(days=days, minutes=2)

    @rule(who=st.sampled_from(["doctor", "other", "ann", "counter"]))
    def review(self, who):
        found = self.attempt(prescriber.review, self.desk, self.office[who], self.id, self.now)
        if found:
            self.attempt(answer_all, self.office, self.id, found, self.now)

    @rule(who=st.sampled_from(["doctor", "other", "boss"]), right=st.booleans())
    def sign(self, who, right):
        code = self.office.code(who, self.now) if right else "000000"
        self.attempt(prescriber.sign, self.desk, who, PASSWORD, code, self.id, self.now)

    @rule()
    def rewrite(self):
        self.said = self.written(len(self.said.fills))
        self.attempt(prescriber.change, self.desk, self.office["doctor"], self.id, self.said, self.now)

    @rule(pharmacy=st.sampled_from(["Corner Pharmacy", "Night Pharmacy"]))
    def transmit(self, pharmacy):
        self.attempt(prescriber.transmit, self.desk, self.office["doctor"], self.id, pharmacy, self.now)

    @rule(who=st.sampled_from(["counter", "night", "doctor"]), seen=st.booleans())
    def receive(self, who, seen):
        self.attempt(pharmacist.receive, self.desk, self.office[who], self.id, self.now, handwritten_seen=seen)

    @rule()
    def verify(self):
        self.attempt(verified, self.office, self.id, self.now)

    @rule(units=st.sampled_from([1, 20, 59, 60, 61, 600]), who=st.sampled_from(["counter", "night"]))
    def hand_out(self, units, who):
        self.attempt(given, self.office, self.id, units, self.now, who)

    @rule(name=st.sampled_from(everyone.WITH_A_REASON), who=st.sampled_from(["doctor", "counter", "ann", "boss"]))
    def move(self, name, who):
        self.attempt(everyone.move, self.desk, name, self.office[who], self.id, "a reason", self.now)

    @rule()
    def transfer(self):
        self.attempt(
            pharmacist.transfer, self.desk, self.office["counter"], self.id, "Night Pharmacy", "moved", self.now
        )

    @rule(units=st.sampled_from([20, 60]))
    def onward(self, units):
        """The step that a careful practice would take next, so that the depths are reached too."""
        state = everyone.view(self.desk, self.office["doctor"], self.id, self.now)["state"]
        if state in ("drafted", "reviewed"):
            self.rewrite()
            self.review("doctor")
            self.sign("doctor", right=True)
        steps = {
            "signed": lambda: self.transmit("Corner Pharmacy"),
            "transmitted": lambda: self.receive("counter", seen=True),
            "received": self.verify, "dispensed": self.verify, "verified": lambda: self.hand_out(units, "counter"),
            "partly_dispensed": lambda: self.hand_out(units, "counter"),
        }  # fmt: skip
        steps.get(state, lambda: None)()

    @rule()
    def calendar(self):
        everyone.expire_due(self.desk, self.now)

    @invariant()
    def what_must_hold(self):
        if not hasattr(self, "id"):
            return
        engine = self.desk.engine
        assert faults(engine, self.desk.vault.chain_key) == []
        seen = everyone.view(self.desk, self.office["doctor"], self.id, self.now)
        told = [entry for entry in entries(engine) if entry["about"] == f"prescriptions/{self.id}"]
        steps = [entry["action"] for entry in told]
        law = law_of(self.desk.knowledge, self.place, "clonazepam", NOW.date())
        if seen["state"] in AFTER_SIGNATURE:
            assert seen["signed_at"] and law.rule is not None
            assert len(seen["content"]["fills"]) - 1 <= law.supply.refills.amount
            signed_at = steps.index("sign")
            written_at = max(place for place in range(signed_at) if steps[place] in ("draft", "change"))
            assert told[written_at]["details"]["content"] == told[signed_at]["details"]["content"]
            reviews = [told[place] for place in range(written_at, signed_at) if steps[place] == "review"]
            assert reviews and reviews[-1]["details"]["could_not_run"] == ""
            assert reviews[-1]["at"][:10] == told[signed_at]["at"][:10]
        handed = {}
        for fill in seen["fills"]:
            handed[fill["number"]] = handed.get(fill["number"], Decimal(0)) + Decimal(fill["units"][TABLET])
        assert all(units <= 60 for units in handed.values()) and len(handed) <= len(seen["content"]["fills"])
        assert len(seen["fills"]) == sum(step in ("dispense", "dispense_part") for step in steps)
        written = seen["content"]["written_on"]
        last = law.last_day(NOW.date().fromisoformat(written))
        days = [fill["dispensed_on"] for fill in seen["fills"]]
        assert all(day <= last for day in days)
        firsts = {fill["number"]: fill["dispensed_on"] for fill in reversed(seen["fills"])}
        for number, day in firsts.items():
            assert number == 1 or day >= firsts[number - 1] + timedelta(days=28)

    def teardown(self):
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
