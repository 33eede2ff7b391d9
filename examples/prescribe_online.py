"""A prescription from the request to the tablets, over HTTP, on a database of its own: every step with its answer.

Run: python examples/prescribe_online.py [FOLDER]

It sets up a practice in FOLDER (a temporary one if not given) with an administrator, a prescriber, a pharmacist, a
patient and an auditor, starts the service, and lets each do their part. Everything is made up.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pyotp

FIRST, OWN = "four plain words nobody says", "seven odd umbrellas sleep"
PEOPLE = {
    "dr.lee": ["prescriber", "--profession", "physician", "--registration", "AB1234563"],
    "corner": ["pharmacist", "--pharmacy", "Corner Pharmacy"],
    "ann": ["patient", "--patient", "ann"],
    "watcher": ["auditor"],
}
RECORD = """patient: {id: ann, born: 1986-03-04, sex: female, weight_kg: 61}
medicines:
  - {drug: oxycodone 5 mg tablet, take: 1 tablet every 6 hours, since: 2026-10-01, for: chronic pain}
conditions: [panic disorder]
allergies: none
alcohol: none
"""


class Person:
    """Somebody with a browser: a session, and a new code for each proof."""

    def __init__(self, address: str, name: str, secret: str) -> None:
        self.name, self.secret, self.used = name, secret, 0
        self.http = httpx.Client(base_url=f"{address}/rx", trust_env=False, timeout=30)

    def code(self) -> str:
        """A code that was not used yet: at worst the next one, which is accepted half a minute early."""
        step = max(int(time.time()) // 30, self.used + 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(1)
        self.used = step
        return pyotp.TOTP(self.secret).at(step * 30)

    def call(self, method: str, path: str, body: object = None) -> dict:
        """One call; what was refused is printed in the service's words."""
        answer = self.http.request(method, path, json=body)
        found = answer.json() if answer.content else {}
        said = found.get("state") or found.get("resourceType", "done") if isinstance(found, dict) else len(found)
        if answer.status_code >= 400:
            said = found["issue"][0]["diagnostics"]
        print(f"  {self.name:<8} {method:<5} {path:<60.60} {answer.status_code}  {said}")
        return found

    def log_in(self) -> None:
        """Log in, and make secrets that nobody else has seen."""
        session = self.call("POST", "/session", {"name": self.name, "password": FIRST, "code": self.code()})
        self.http.headers["X-CSRF-Token"] = session["csrf"]
        if session["renew"]:
            body = {"password": FIRST, "code": self.code(), "new_password": OWN}
            self.secret, self.used = self.call("POST", "/me/renew", body)["totp_secret"], 0


def main() -> None:
    """Set up, serve, prescribe, verify the chain."""
    with contextlib.ExitStack() as stack:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        secrets = set_up(folder)
        address = stack.enter_context(served(folder))
        people = {name: Person(address, name, secret) for name, secret in secrets.items() if name in PEOPLE}
        for person in people.values():
            person.log_in()
        prescribe(people, folder)
        print(command(folder, "audit", "verify"))


def set_up(folder: Path) -> dict[str, str]:
    """Database, master key, accounts; gives the secret of each one's code generator."""
    printed = command(folder, "init", "--country", "US", "--password-stdin", stdin=FIRST)
    for name, how in PEOPLE.items():
        printed += command(folder, "users", "add", name, "--role", *how, "--password-stdin", stdin=FIRST)
    return dict(re.findall(r"Account (\S+):.*\n.*: ([A-Z2-7]{32})", printed))


def prescribe(people: dict[str, Person], folder: Path) -> None:
    """The way of one prescription."""
    doctor, pharmacist = people["dr.lee"], people["corner"]
    made = people["ann"].call("POST", "/prescriptions/requests", {"patient": "ann", "words": "For my panic attacks"})
    where = f"/prescriptions/{made['id']}"
    doctor.call("PUT", "/patients/ann/record", {"text": RECORD})
    doctor.call("POST", "/prescriptions", {"content": content(), "request": made["id"]})
    doctor.call("POST", f"{where}/sign", {"password": OWN, "code": doctor.code()})  # refused: not reviewed
    review = doctor.call("POST", f"{where}/review", {})
    for needed in review["needed"]:
        print(f"           still needed: {needed}")
    for finding in review["findings"]:
        actions = (["reason"] if finding["tier"] <= 1 else []) + (["confirm"] if finding["tier"] == 0 else [])
        for action in actions:
            answer = {
                "rule": finding["rule"],
                "action": action,
                "reason": "Seen with her pain clinic; naloxone at home.",
            }
            doctor.call("POST", f"{where}/answers", answer)
    doctor.call("POST", f"{where}/sign", {"password": OWN, "code": doctor.code()})
    doctor.call("POST", f"{where}/transmit", {"pharmacy": "Corner Pharmacy"})
    pharmacist.call("POST", f"{where}/receive", {})  # refused: in the US it goes on paper
    (folder / "prescription.pdf").write_bytes(doctor.http.get(f"{where}/form.pdf").content)
    pharmacist.call("POST", f"{where}/receive", {"handwritten_seen": True})
    looked = pharmacist.call("GET", f"{where}/counter-check")
    reasons = {finding["rule"]: "Spoken with the prescriber." for finding in looked["findings"]}
    pharmacist.call("POST", f"{where}/verify", {"reasons": reasons})
    for units in ("10", "21", "20"):  # the second is more than what is left
        body = {"units": {"clonazepam 0.5 mg tablet": units}, "guide_given": True}
        advice = pharmacist.call("POST", f"{where}/dispense", body).get("advice", [])
    print("\n".join(f"           {line}" for line in advice))
    people["watcher"].call("GET", "/audit/verify")
    (folder / "prescription.json").write_text(json.dumps(doctor.http.get(f"{where}/fhir").json(), indent=1))
    print(f"  papers in {folder}: prescription.pdf, prescription.json (FHIR)")


def content() -> dict:
    """Fifteen days of clonazepam 0.5 mg at bedtime, that say everything a US prescription has to."""
    today = datetime.now(UTC).date()
    tablet = {"ingredient": "clonazepam", "strength_mg": "0.5", "form": "tablet", "units": "30"}
    fill = {"number": 1, "items": [tablet], "days": 15, "directions": ["1 tablet twice daily"],
            "earliest_on": today.isoformat()}  # fmt: skip
    return {
        "patient": {"id": "ann", "name": "Ann Example", "address": "1 Main Street", "born": str(date(1986, 3, 4))},
        "prescriber": {"account": "dr.lee", "name": "Dr Lee", "profession": "physician", "phone": "555 0100",
                       "address": "2 Side Street", "registration": "AB1234563"},
        "jurisdiction": "US", "written_on": today.isoformat(), "indication": "panic disorder",
        "seen_in_person": True, "monitoring_checked_on": today.isoformat(), "fills": [fill],
    }  # fmt: skip


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The service on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (folder / "service.log").open("w") as log:
        running = subprocess.Popen([*BENZOSAFE, "serve", "--port", str(port)], cwd=folder, stderr=log)
        try:
            for _ in range(300):
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"{address}/ready", trust_env=False).status_code == 200:
                        break
                time.sleep(0.1)
            yield address
        finally:
            running.terminate()
            running.wait(30)


BENZOSAFE = (sys.executable, "-m", "benzosafe.cli.main")


def command(folder: Path, *arguments: str, stdin: str = "") -> str:
    """A command in the folder; its words."""
    done = subprocess.run(
        [*BENZOSAFE, *arguments], cwd=folder, input=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


if __name__ == "__main__":
    main()
