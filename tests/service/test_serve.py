"""The command itself, as a process of its own: starts, answers, finishes what is under way, stops."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import httpx
import pytest

COMMAND = [sys.executable, "-m", "benzosafe.cli.main", "serve"]
PATIENCE_SECONDS = 60
HALF_A_CALL = b"POST /cds-services/none HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{"


def free_port():
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def clean_environment():
    return {key: value for key, value in os.environ.items() if not key.startswith("BENZOSAFE_")}


@contextmanager
def served(folder, *words):
    """A running service; gives its base URL and the process; its log is in the folder."""
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port), *words], cwd=folder, stderr=log, env=clean_environment()
        )
        try:
            base, until = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_SECONDS
            while True:
                try:
                    httpx.get(f"{base}/health", trust_env=False)
                    break
                except httpx.ConnectError:
                    assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
                    time.sleep(0.1)
            yield base, process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def connected(base):
    return closing(socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2]))))


def log_lines(folder):
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_when_told(tmp_path, how):
    with served(tmp_path) as (base, process):
        answer = httpx.get(f"{base}/ready", trust_env=False)
        assert answer.json()["status"] == "ready" and "server" not in answer.headers
        process.send_signal(how)
        assert process.wait(PATIENCE_SECONDS) == 0
    lines = log_lines(tmp_path)
    messages = [line.get("message", "") for line in lines]
    assert any("callers are not authenticated" in message for message in messages) and messages[-1] == "stopped"
    assert [line["route"] for line in lines if line["logger"] == "benzosafe.access"][-1] == "/ready"
    assert oct((tmp_path / "benzosafe.db").stat().st_mode & 0o777) == "0o600"


def test_calls_under_way_are_finished_first(tmp_path):
    with served(tmp_path) as (base, process):
        got = b""
        with connected(base) as sock:
            sock.sendall(HALF_A_CALL)
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert process.poll() is None
            sock.sendall(b"}")
            while part := sock.recv(4096):
                got += part
        assert process.wait(PATIENCE_SECONDS) == 0
    assert got.startswith(b"HTTP/1.1 404") and b"OperationOutcome" in got


def test_a_call_that_never_ends_does_not_keep_it_alive(tmp_path):
    (tmp_path / "short.toml").write_text("shutdown_seconds = 1\n")
    with served(tmp_path, "--config", "short.toml") as (base, process), connected(base) as sock:
        sock.sendall(HALF_A_CALL)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_many_calls_at_once_are_all_answered_and_logged(tmp_path):
    with served(tmp_path) as (base, process):
        statuses = []

        def work():
            with httpx.Client(trust_env=False) as client:
                statuses.extend(client.get(f"{base}/cds-services").status_code for _ in range(20))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        process.terminate()
        process.wait(PATIENCE_SECONDS)
    assert statuses == [200] * 160
    routes = [line["route"] for line in log_lines(tmp_path) if line["logger"] == "benzosafe.access"]
    assert routes.count("/cds-services") == 160


def run(folder, *words, **environment):
    return subprocess.run(
        [*COMMAND, *words], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        env={**clean_environment(), **environment},
    )  # fmt: skip


def test_a_port_in_use(tmp_path):
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        result = run(tmp_path, "--port", str(port))
    assert result.returncode == 2
    assert f"--port: port {port} is in use." in result.stderr and "Traceback" not in result.stderr


def test_an_open_door_is_refused(tmp_path):
    result = run(tmp_path, "--host", "0.0.0.0")
    assert result.returncode == 2 and "no issuer is configured" in result.stderr


def test_faults_end_in_words_and_codes(tmp_path):
    (tmp_path / "benzosafe.toml").write_text("prot = 1\n")
    result = run(tmp_path)
    assert result.returncode == 2 and "Did you mean 'port'?" in result.stderr
    (tmp_path / "benzosafe.toml").write_text("")
    (tmp_path / "used.db").write_bytes(b"this is not a database, and long enough to be seen as none " * 20)
    result = run(tmp_path, "--port", str(free_port()), BENZOSAFE_DATABASE_URL="sqlite:///used.db")
    assert result.returncode == 1 and "the database refused" in result.stderr and "Traceback" not in result.stderr
    result = run(tmp_path, "--host", "203.0.113.77", BENZOSAFE_PUBLIC_URL="https://a.example",
                 BENZOSAFE_ISSUERS='[{"iss": "a", "jku": "https://a.example/k"}]')  # fmt: skip
    assert result.returncode == 2 and "203.0.113.77:8000 cannot be used" in result.stderr


def test_print_config(tmp_path):
    (tmp_path / "benzosafe.toml").write_text("quiet_days = 30\n")
    result = run(tmp_path, "--port", "9000", "--print-config", BENZOSAFE_DATABASE_URL="postgresql://u:hush@h/d")
    assert result.returncode == 0 and "hush" not in result.stdout
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert lines["port"].endswith("9000  (flag --port)")
    assert lines["quiet_days"].endswith("30  (benzosafe.toml)")
    assert lines["database_url"].endswith("(environment BENZOSAFE_DATABASE_URL)")
    assert lines["issuers"].endswith("[]  (default)")
