"""The CDC's opioid deck below HTTP: the review gives a card where its authors do, and none where they do not."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from tests.cds_hooks.deck import FOLDER, Pair, as_searched, cards, read_pairs, reviewed
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "reference" / "cdc_deck.md"


@pytest.fixture(scope="module")
def deck(shared_data):
    folder = shared_data / FOLDER
    if not (folder / "pairs.csv").is_file():
        pytest.skip(f"no CDC deck at {folder}")
    return {pair.name: pair for pair in read_pairs(folder)}


def answer(pair: Pair, knowledge) -> str:
    return "yes" if cards(pair, reviewed(pair, knowledge)) else "no"


def test_cards_where_the_deck_expects_them(deck, knowledge):
    given = [pair for pair in deck.values() if pair.cards != "unknown"]
    assert Counter(pair.cards for pair in given) == {"yes": 7, "no": 6}
    assert {pair.name for pair in given if answer(pair, knowledge) != pair.cards} == set()


def test_a_request_without_an_expected_answer_is_answered_by_its_dose(deck, knowledge):
    """A 75 microgram patch every 3 days is 180 MME a day, whatever number of dose entries says so."""
    pair = deck["rec-08-multiple-doserate"]
    [card] = cards(pair, reviewed(pair, knowledge))
    assert card.rule.rule.id == "naloxone_with_opioid_risk"
    assert card.facts["opioid_mme_per_day"] == pytest.approx(180, rel=1e-3)


def test_a_draft_that_shares_the_id_of_a_listed_opioid_agrees_by_that_alone(deck, knowledge):
    """The deck signs Pepto-Bismol under the id of the fentanyl order; under another id it would stay quiet."""
    pair = deck["rec-08-mme-greater-than-fifty"]
    assert [card.rule.rule.id for card in cards(pair, reviewed(pair, knowledge))] == ["naloxone_with_opioid_risk"]
    apart = json.loads(pair.drafts)
    apart["entry"][0]["resource"]["id"] = "another"
    assert cards(pair, reviewed(replace(pair, drafts=json.dumps(apart).encode()), knowledge)) == []
    viewed = replace(pair, hook="patient-view", drafts=None)
    assert [card.rule.rule.id for card in cards(viewed, reviewed(viewed, knowledge))] == ["naloxone_with_opioid_risk"]


def test_every_card_on_an_opioid_offers_naloxone_and_says_it_once(deck, knowledge):
    for pair in deck.values():
        result = reviewed(pair, knowledge)
        for card in cards(pair, result):
            assert "naloxone" in card.rule.rule.advice, (pair.name, card.rule.rule.id)
        about = [finding.rule.rule.id for finding in result.verdict.findings if "naloxone_" in finding.rule.rule.id]
        assert len(about) <= 1, (pair.name, about)


def test_beside_a_benzodiazepine_the_missing_naloxone_is_said_by_its_own_finding(deck, knowledge):
    verdict = reviewed(deck["rec-08-on-benzodiazepine"], knowledge).verdict
    said = {finding.rule.rule.id: finding for finding in verdict.findings}
    assert said["opioid_with_benzodiazepine"].tier == 1
    assert said["naloxone_absent_with_opioid_and_bzra"].tier == 2
    assert "naloxone_with_opioid_risk" not in said


@pytest.mark.parametrize(
    ("name", "risk"), [("rec-08-substance-abuse", "substance_use_disorder"), ("rec-08-on-naloxone", None)]
)
def test_the_risk_that_gives_the_card_is_named(deck, knowledge, name, risk):
    found = cards(deck[name], reviewed(deck[name], knowledge))
    assert [card.facts[risk] for card in found] == ([True] if risk else [])


def test_lists_nobody_searched_give_an_open_question_and_no_card(deck, knowledge):
    """The same request with the patient alone: nothing is known of naloxone, so nothing is certain."""
    pair = deck["rec-08-multiple-doserate"]
    data = json.loads(pair.bundle)
    bare = [entry for entry in data["entry"] if entry["resource"]["resourceType"] == "Patient"]
    unsearched = replace(pair, bundle=json.dumps({**data, "entry": bare}).encode())
    result = reviewed(unsearched, knowledge)
    assert cards(unsearched, result) == []
    assert "naloxone_with_opioid_risk" in {finding.rule.rule.id for finding in result.verdict.undecided}
    searched = replace(pair, bundle=as_searched({**data, "entry": bare}))
    assert cards(searched, reviewed(searched, knowledge))


def test_naloxone_on_the_list_counts_although_a_draft_shares_its_id(deck, knowledge):
    pair = deck["rec-08-on-naloxone"]
    result = reviewed(pair, knowledge)
    assert len({order.order_id for order in result.scenarios[-1].orders}) == 1
    assert result.frame.truth("naloxone_available").value(len(result.scenarios) - 1) is True


def test_the_page_says_what_is_answered(deck, knowledge):
    rows = [
        line.split("|")[1:4] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `rec-")
    ]
    written = {name.strip(" `"): (theirs.strip(), ours.strip(" *")) for name, theirs, ours in rows}
    assert written == {name: (pair.cards, answer(pair, knowledge)) for name, pair in deck.items()}
