"""`benzosafe products` and `benzosafe product`: what is listed, shown and refused, with which exit code."""

from __future__ import annotations

import json

import pytest

from tests.catalogue.listings import TRUE, advert


def test_the_catalogue_by_a_foreign_name(command):
    done = command("products", "Rivotril", "--format", "json")
    data = json.loads(done.stdout)
    assert done.returncode == 0 and [item["name"] for item in data["products"]] == ["clonazepam"]
    item = data["products"][0]
    assert (
        item["schedule"]["US"] == "C-IV"
        and "panic disorder" in item["taken_for"]
        and item["codes"]["atc"] == ["N03AE01"]
    )
    assert not item["prices_loaded"] and {product["country"] for product in item["products"]} >= {"US", "UK"}


def test_every_drug_is_listed_and_a_page_is_whole(command, tmp_path):
    out = tmp_path / "products.html"
    assert command("products", "--country", "US", "-f", "html", "-o", str(out)).returncode == 0
    page = out.read_text()
    assert page.count("<h1>") == 1 and page.count("<h2>") >= 24 and "<script" not in page


def test_prices_of_a_dated_list_are_shown_and_old_ones_marked(command, tmp_path):
    store = str(tmp_path / "prices.sqlite")
    example = "examples/prices/nadac_example_2025-12-24.csv"
    assert command("prices", "import", example, "--store", store).returncode == 0
    shown = command("product", "show", "clonazepam", "--store", store, "--on", "2026-11-26").stdout.decode()
    assert "OLD PRICE, 0.01935 USD per EA" in shown
    fresh = command("product", "show", "clonazepam", "--store", store, "--on", "2026-01-05").stdout.decode()
    assert "OLD PRICE" not in fresh and "0.01935 USD" in fresh


@pytest.mark.parametrize("form", ["json", "html", "text"])
def test_the_advert_is_refused(command, form):
    done = command("product", "check", "-", stdin=advert(form).encode())
    said = " ".join(done.stdout.decode().split())
    assert done.returncode == 3 and "REFUSED" in said and "offered without a prescription" in said


def test_only_full_agreement_is_nought(command):
    assert command("product", "check", "-", stdin=json.dumps(TRUE).encode()).returncode == 0
    unsure = command("product", "check", "-", "-f", "json", stdin=json.dumps(TRUE | {"form": "thing"}).encode())
    assert unsure.returncode == 3 and json.loads(unsure.stdout)["status"] == "not_known"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["products", "clonidine"], 2, "'clonidine' is clonidine, which is no benzodiazepine or Z-drug"),
        (["products", "klonazepamm"], 2, "Near names, not taken for it: clonazepam"),
        (["product", "show", "nothing at all"], 2, "is no product known here"),
        (["product", "show", "clonazepam and diazepam"], 2, "names several: clonazepam, diazepam"),
        (["products", "--country", "XX"], 2, "'XX' is no country known here"),
        (["product", "check", "nowhere.json"], 4, "nowhere.json: cannot be read"),
        (["product", "check", "-"], 4, "holds no text"),
        (["products", "--on", "today"], 2, "is not a date"),
        (["products", "--format", "pdf"], 2, "--format"),
        (["product", "show"], 2, "NAME"),
    ],
)
def test_refusals_say_what_where_and_what_next(command, arguments, code, said):
    done = command(*arguments)
    assert done.returncode == code and said.lower() in done.stderr.decode().lower()
    assert "Traceback" not in done.stderr.decode()
