"""The service on a port of its own with a clock that we move, called as a record system calls it; its log is read."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import threading
import time
import uuid

import httpx
import uvicorn

from benzosafe.cds_hooks.cards import OVERRIDE_SYSTEM
from benzosafe.service.app import create_app
from benzosafe.service.logs import log_to_stderr
from benzosafe.service.run import listen
from benzosafe.service.settings import Settings
from benzosafe.storage.store import Store
from tests.cds_hooks.asking import ask, everything, in_mg
from tests.service.cds_checker import response_faults

PATIENCE_SECONDS = 20
WILL_MONITOR = {"system": OVERRIDE_SYSTEM, "code": "will-monitor"}
# Marks of a person, a user and a token: none of them may ever be in a log.
PERSON, USER, TOKEN, BORN, FAMILY = (
    "MARK-PERSON-77",
    "Practitioner/MARK-USER-5",
    "MARK-TOKEN-3",
    "1961-07-03",
    "Markova",
)
MARKS = ("MARK-", BORN, FAMILY, "clonazepam", "oxycodone", "MedicationRequest")
PATIENT = {
    "resourceType": "Patient", "id": PERSON, "birthDate": BORN, "gender": "female", "name": [{"family": FAMILY}],
}  # fmt: skip


def of_person(name, milligrams, **more):
    """A medicine of our person, with a dose in mg once a day."""
    return in_mg(name, milligrams, subject={"reference": f"Patient/{PERSON}"}, **more)


def hook(name, *medicines, drafts=(), user=USER, **parts):
    """A call with all of our prefetch, about our person."""
    context = {"patientId": PERSON, "userId": user}
    prefetch = everything(*medicines, **{"patient": PATIENT, **parts})
    return ask(name, prefetch, drafts, context=context, hookInstance=str(uuid.uuid4()))


class Service:
    """A running service as its clients see it."""

    def __init__(self, settings, clock, app):
        self.settings, self.clock, self.app = settings, clock, app
        self.client = httpx.Client(base_url=settings.base_url, trust_env=False, timeout=PATIENCE_SECONDS)

    def post(self, path, message, **headers):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.client.post(path, content=body, headers={"Content-Type": "application/json", **headers})

    def call(self, request, **headers):
        """The answer to a hook request, which must be a good one."""
        answer = self.post(f"/cds-services/benzosafe-{request['hook']}", request, **headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/json"
        assert response_faults(answer.json()) == []
        return answer.json()

    def only_card(self, request):
        (card,) = self.call(request)["cards"]
        return card

    def quiet(self, request):
        """Why a call got no card, by rule."""
        answer = self.call(request)
        assert answer["cards"] == []
        return {item["rule"]: item["why"] for item in answer["extension"]["org.benzosafe"]["quiet"]}

    def tell(self, card, outcome="overridden", service="benzosafe-order-sign", **more):
        """Feedback on a card; gives what became of it."""
        at = self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        entry = {"card": card["uuid"], "outcome": outcome, "outcomeTimestamp": at, **more}
        answer = self.post(f"/cds-services/{service}/feedback", {"feedback": [entry]})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def count(self, line):
        """A number of /metrics; 0 when it is not there yet."""
        found = [row for row in self.client.get("/metrics").text.splitlines() if row.startswith(f"{line} ")]
        return float(found[0].rpartition(" ")[2]) if found else 0.0


@contextlib.contextmanager
def running(settings, clock, knowledge):
    """The service on a free port; when it has ended, its log is checked for anything of a person."""
    sock = listen(settings.model_copy(update={"port": 0}))
    given = settings.model_copy(update={"port": sock.getsockname()[1]})
    with service_log() as log:
        app = create_app(given, clock=clock, knowledge=knowledge)
        with on_a_port(app, sock):
            service = Service(given, clock, app)
            with service.client:
                yield service
    no_person_in(log.getvalue())


@contextlib.contextmanager
def on_a_port(app, sock):
    """An application on a socket, in a thread of its own, until the end."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def no_person_in(log):
    """Every line is JSON, there is one a request, and none holds anything of a person."""
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line for line in lines if line["logger"] == "benzosafe.access"]
    assert [mark for mark in MARKS if mark.lower() in log.lower()] == []
    assert [line for line in lines if line.get("failed") or line["level"] not in ("info", "warning")] == []


@contextlib.contextmanager
def service_log():
    """Logs as the command sets them up, into memory; as they were before, afterwards."""
    names = ("", "benzosafe", "uvicorn.error", "uvicorn.access", "httpx", "httpcore")
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in names}
    handlers, stream = list(root.handlers), io.StringIO()
    with contextlib.redirect_stderr(stream):
        log_to_stderr()
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def at_rest(settings):
    """The database of a service that has ended."""
    assert isinstance(settings, Settings)
    return contextlib.closing(Store(settings.database_url))
