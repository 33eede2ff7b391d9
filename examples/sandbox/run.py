"""Shows benzosafe inside the public CDS Hooks sandbox, in a real Chromium: discovery, card, suggestion, feedback.

    git clone https://github.com/cds-hooks/sandbox && cd sandbox && npm ci --ignore-scripts && npm run build
    python examples/sandbox/run.py sandbox/build --out shots/

Needs `pip install -e '.[dev]'` and Debian's `chromium` (or --chromium PATH). Exit 0 when the card was shown, its
suggestion applied and the feedback stored; 1 when not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from fhir_server import Records, application, start
from playwright.sync_api import Page, Response, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PATIENT = "sandbox-patient"
FIELD = 'input[name="medication-input"]'
BUNDLE = Path(__file__).parent / "patient.json"


def main() -> int:
    """Start a FHIR server, benzosafe and the sandbox; drive them; say what was seen."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        start(application(Records(BUNDLE)), options.ports[0])
        start(Starlette(routes=[Mount("/", StaticFiles(directory=options.build, html=True))]), options.ports[1])
        service = _service(Path(folder), options.ports)
        try:
            seen = _drive(options)
            stored = _feedback(Path(folder))
        finally:
            service.terminate()
            service.wait(30)
    print(json.dumps(seen | {"feedback": stored}, indent=2))
    return 0 if seen["card shown"] and seen["suggestion applied"] and stored else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("build", type=Path, help="the build folder of a cds-hooks/sandbox checkout")
    parser.add_argument("--out", type=Path, default=Path("."), help="folder for the screenshots")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument(
        "--ports", type=int, nargs=3, default=[8190, 8191, 8192], help="FHIR server, sandbox, benzosafe"
    )
    options = parser.parse_args()
    if not (options.build / "index.html").is_file():
        parser.error(f"{options.build} is not a built sandbox: run npm ci && npm run build in its checkout.")
    return options


def _service(folder: Path, ports: list[int]) -> subprocess.Popen[bytes]:
    config = folder / "benzosafe.toml"
    config.write_text(f'database_url = "sqlite:///{folder}/memory.db"\n', encoding="utf-8")
    command = [sys.executable, "-m", "benzosafe.cli.main", "serve", "--port", str(ports[2]), "--config", str(config)]
    process = subprocess.Popen(command, stderr=(folder / "log").open("wb"))
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{ports[2]}/health", timeout=1)
            return process
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"benzosafe did not start:\n{(folder / 'log').read_text()}")


def _drive(options: argparse.Namespace) -> dict[str, Any]:
    """Choose two medicines in the sandbox as a prescriber would, and take another agent where one is suggested."""
    fhir, sandbox, service = options.ports
    cards: list[dict[str, Any]] = []
    drafts: list[str] = []
    options.out.mkdir(parents=True, exist_ok=True)

    def note(response: Response) -> None:
        if f":{service}/cds-services/" in response.url and response.request.method == "POST" and response.ok:
            cards.extend(response.json().get("cards", []))
            drafts.append(json.dumps((response.request.post_data_json or {}).get("context", {}).get("draftOrders")))

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1500, "height": 1250})
        page.on("response", note)
        address = (
            f"http://127.0.0.1:{sandbox}/?hook=order-select&screen=rx-view&patientId={PATIENT}"
            f"&fhirServiceUrl=http://127.0.0.1:{fhir}/fhir"
            f"&serviceDiscoveryURL=http://127.0.0.1:{service}/cds-services"
        )
        _choose(page, address, "oxycodone 10", "Oxycodone Hydrochloride 10 MG Oral Tablet")
        shown = bool(cards) and cards[-1]["summary"] in page.inner_text("body")
        page.screenshot(path=options.out / "sandbox-card.png")
        _choose(page, address, "clarithromycin 500", "Clarithromycin 500 MG Oral Tablet")
        page.screenshot(path=options.out / "sandbox-hard-stop.png")
        page.get_by_role("button", name="Order azithromycin instead").click()
        page.wait_for_timeout(2500)
        applied = "azithromycin" in drafts[-1] and "larithromycin" not in drafts[-1]
        page.screenshot(path=options.out / "sandbox-applied.png")
        browser.close()
    summaries = list(dict.fromkeys(card["summary"] for card in cards))
    return {"cards": summaries, "card shown": shown, "suggestion applied": applied}


def _choose(page: Page, address: str, typed: str, drug: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    # The field is reset from the page's own state while typing, so the whole text is set at once.
    page.eval_on_selector(
        FIELD,
        "(field, text) => { Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text);"
        " field.dispatchEvent(new Event('input', {bubbles: true})); }",
        typed,
    )
    page.wait_for_timeout(1500)
    page.locator(".MuiListItemButton-root", has_text=drug).first.click()
    page.wait_for_timeout(3000)


def _feedback(folder: Path) -> int:
    """How many answers to cards the service has stored."""
    import sqlite3

    with sqlite3.connect(folder / "memory.db") as memory:
        (count,) = memory.execute("SELECT count(*) FROM feedback WHERE outcome = 'accepted'").fetchone()
    return int(count)


if __name__ == "__main__":
    sys.exit(main())
