"""A prescription as FHIR: valid for every validator, the same doses and dates, and it says what it is not."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benzosafe.audit.canonical import digest
from benzosafe.errors import UsageError
from benzosafe.fhir.read import read_bundle
from benzosafe.identity.keys import keys_of
from benzosafe.prescriptions import shelf
from benzosafe.prescriptions.content import drafts_of
from benzosafe.prescriptions.fhir_request import medication_dispenses, medication_requests
from benzosafe.prescriptions.lifecycle import State
from benzosafe.prescriptions.outside import read_fills
from benzosafe.prescriptions.papers import BY_HAND, NOT_CERTIFIED
from benzosafe.prescriptions.signing import signed_bytes
from benzosafe.storage.database import reading
from tests.fhir.conftest import fhir_errors  # noqa: F401  a fixture of the tests below
from tests.prescriptions.papers import LAST_US, PLACES, UNSIGNED, electronic, fill, held, placed, taper
from tests.prescriptions.people import TABLET, TODAY, at_the_counter, content, verified
from tests.prescriptions.people import given as handed_out

_ACTIVE = (
    State.signed, State.transmitted, State.received, State.verified, State.partly_dispensed, State.dispensed,
)  # fmt: skip
STATUSES = {  # nothing handed out, a part; all of it is completed everywhere
    **dict.fromkeys(UNSIGNED, ("draft", "draft")), **dict.fromkeys(_ACTIVE, ("active", "active")),
    **dict.fromkeys((State.cancelled, State.declined), ("cancelled", "stopped")),
    State.held: ("on-hold", "on-hold"), State.expired: ("stopped", "stopped"),
}  # fmt: skip
READ_ALIKE = (
    "1 tablet twice daily", "1 tablet at bedtime", "half a tablet every other day", "1 to 2 tablets at bedtime",
    "1 tablet up to 3 times a day as needed", "1 tablet every 8 hours", "1 tablet every 8 to 12 hours",
    "1 tablet every 6 hours as needed", "0.5 mg every 12 hours", "1 tablet daily for 5 days",
    "1.5 tablets three times a day", "1 tablet 2 to 3 times a day", "2 tablets as needed, no more than 4 a day",
)  # fmt: skip
ONLY_WORDS = (
    "1 tablet in the morning and 2 tablets at night", "1 tablet on Monday, Wednesday and Friday",
    "1 tablet three times weekly", "0.3 mg twice daily", "as discussed", " ",
)  # fmt: skip


def of_kind(bundle, kind):
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def requests_of(one, fills, knowledge):
    return of_kind(medication_requests(one, fills, knowledge), "MedicationRequest")


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_status_and_is_valid(fhir_errors, knowledge, state):  # noqa: F811
    handed = ([], [fill(units="20")], [fill()])
    for fills, status in zip(handed, (*STATUSES[state], "completed"), strict=True):
        bundle = medication_dispenses(held(content(), state, reason="a <reason>"), fills, knowledge)
        (request,) = of_kind(bundle, "MedicationRequest")
        assert (request["status"], request["intent"]) == (status, "order")
        assert len(of_kind(bundle, "MedicationDispense")) == len(fills)
        assert bool(of_kind(bundle, "Provenance")) is (state not in UNSIGNED)
        assert fhir_errors(bundle) == []


@pytest.mark.parametrize("state", [State.cancelled, State.declined, State.expired])
def test_what_ends_never_says_that_the_medicine_is_stopped(knowledge, state):
    (request,) = requests_of(held(content(), state, reason="moved"), [fill(units="20")], knowledge)
    assert "ends the prescription, not the medicine. Do not stop suddenly" in request["statusReason"]["text"]
    assert state is State.expired or "moved" in request["statusReason"]["text"]


@pytest.mark.parametrize("state", [State.requested, State.needs_information, State.declined])
def test_what_only_was_asked_for_is_no_request_yet(knowledge, state):
    with pytest.raises(UsageError, match="nothing is prescribed in it yet"):
        medication_requests(held(None, state), [], knowledge)


def test_one_supply_says_all_that_is_prescribed(knowledge):
    bundle = medication_requests(held(content(), pharmacy="Corner Pharmacy"), [], knowledge)
    (request,) = of_kind(bundle, "MedicationRequest")
    assert request["dispenseRequest"] == {
        "validityPeriod": {"start": str(TODAY), "end": str(LAST_US)}, "numberOfRepeatsAllowed": 0,
        "quantity": {"value": 60, "unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tablet}"},
        "expectedSupplyDuration": {"value": 30, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"},
        "performer": {"display": "Corner Pharmacy"},
    }  # fmt: skip
    assert request["medicationCodeableConcept"]["text"] == TABLET and request["authoredOn"] == str(TODAY)
    assert request["reasonCode"] == [{"text": "panic disorder"}]
    (patient,), (who,) = of_kind(bundle, "Patient"), of_kind(bundle, "Practitioner")
    assert patient["birthDate"] == "1986-03-04" and patient["name"] == [{"text": "Ann Example"}]
    assert who["identifier"] == [{"type": {"text": "DEA registration"}, "value": "AB1234563"}]
    assert '"doctor"' not in json.dumps(bundle)  # the name of an account stays here


def test_equal_fills_are_one_request_with_repeats(fhir_errors, knowledge):  # noqa: F811
    bundle = medication_requests(held(content(fills=6)), [fill()], knowledge)
    (request,) = of_kind(bundle, "MedicationRequest")
    supply = request["dispenseRequest"]
    assert supply["numberOfRepeatsAllowed"] == 5 and supply["dispenseInterval"]["value"] == 30
    assert request["status"] == "active" and fhir_errors(bundle) == []
    all_of_it = [fill(number) for number in range(1, 7)]
    assert requests_of(held(content(fills=6), State.dispensed), all_of_it, knowledge)[0]["status"] == "completed"


def test_equal_fills_at_unequal_distances_keep_their_days(knowledge):
    said = content(fills=3)
    late = said.fills[2].model_copy(update={"earliest_on": TODAY + timedelta(days=75)})
    requests = requests_of(held(said.model_copy(update={"fills": (*said.fills[:2], late)})), [], knowledge)
    assert [one["dispenseRequest"]["validityPeriod"]["start"] for one in requests] == [
        "2026-11-24", "2026-12-24", "2027-02-07",
    ]  # fmt: skip


def test_a_taper_is_one_request_per_fill_in_one_group(fhir_errors, knowledge):  # noqa: F811
    first = fill(units="56", days=14)
    bundle = medication_dispenses(held(taper(), State.cancelled, reason="moved"), [first], knowledge)
    requests = of_kind(bundle, "MedicationRequest")
    assert [one["status"] for one in requests] == ["completed", "cancelled", "cancelled"]
    assert "statusReason" not in requests[0]
    assert [one["dispenseRequest"]["quantity"]["value"] for one in requests] == [56, 42, 56]
    assert [one["dispenseRequest"]["validityPeriod"] for one in requests] == [
        {"start": day, "end": str(LAST_US)} for day in ("2026-11-24", "2026-12-08", "2026-12-22")
    ]
    assert {json.dumps(one["groupIdentifier"]) for one in requests} == {
        json.dumps({"system": "https://benzosafe.org/prescription", "value": "rx-1"})
    }
    assert [one["identifier"][0]["value"] for one in requests] == [f"rx-1/fill-{number}/1" for number in (1, 2, 3)]
    assert [one["dispenseRequest"]["numberOfRepeatsAllowed"] for one in requests] == [0, 0, 0]
    assert {"text": "Fill 2 of 3, not before 2026-12-08."} in requests[1]["note"]
    assert fhir_errors(bundle) == []


def test_a_fill_after_the_last_valid_day_has_no_end_before_its_start(fhir_errors, knowledge):  # noqa: F811
    late = taper().fills[2].model_copy(update={"earliest_on": LAST_US + timedelta(days=1)})
    said = taper().model_copy(update={"fills": (*taper().fills[:2], late)})
    bundle = medication_requests(held(said), [], knowledge)
    assert of_kind(bundle, "MedicationRequest")[2]["dispenseRequest"]["validityPeriod"] == {"start": "2027-05-25"}
    assert fhir_errors(bundle) == []


@pytest.mark.parametrize("place", PLACES)
def test_every_place_says_that_it_is_not_certified(fhir_errors, knowledge, place):  # noqa: F811
    bundle = medication_requests(held(placed(place)), [], knowledge)
    (request,) = of_kind(bundle, "MedicationRequest")
    assert {"text": f"{NOT_CERTIFIED} {BY_HAND}"} in request["note"]
    for tagged in (bundle, request):
        assert tagged["meta"]["tag"][0]["display"] == (
            "not certified for electronic prescribing of controlled substances"
        )
    (kind,) = [one["type"]["text"] for one in of_kind(bundle, "Practitioner")[0]["identifier"]]
    rule = knowledge.prescribing[place].rules[0]
    assert kind == ("registration" if place == "CA" else rule.registration.name)
    assert ("Not to be handed out" in str(request["note"])) is (place == "CA")
    assert fhir_errors(bundle) == []


def test_where_it_may_go_electronically_no_signature_by_hand_is_asked_for(knowledge):
    (request,) = requests_of(held(content()), [], electronic(knowledge))
    assert {"text": NOT_CERTIFIED} in request["note"] and BY_HAND not in str(request["note"])


def test_the_signature_is_the_one_under_the_content(fhir_errors, office, knowledge):  # noqa: F811
    made = at_the_counter(office)
    with reading(office.desk.engine) as connection:
        one, keys = shelf.held(connection, made), {row["id"]: row for row in keys_of(connection)}
    bundle = medication_requests(one, [], knowledge)
    (said,) = of_kind(bundle, "Provenance")
    signature = base64.b64decode(said["signature"][0]["data"])
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[one.row["key_id"]]["public_key"]))
    public.verify(signature, signed_bytes(one.id, one.content, one.row["signed_at"], one.row["key_id"]))
    assert said["signature"][0]["who"]["identifier"]["value"] == "key-doctor"
    assert said["entity"][1]["what"]["identifier"]["value"] == digest(one.content)
    urls = {item["fullUrl"]: item["resource"]["resourceType"] for item in bundle["entry"]}
    assert [urls[target["reference"]] for target in said["target"]] == ["MedicationRequest"]
    assert urls[said["signature"][0]["who"]["reference"]] == "Practitioner"
    assert fhir_errors(bundle) == []


def test_what_was_handed_out_is_read_again_as_taken(office, knowledge):
    made = at_the_counter(office, content(fills=2))
    verified(office, made)
    handed_out(office, made, 30)
    handed_out(office, made, 30)
    with reading(office.desk.engine) as connection:
        one, fills = shelf.held(connection, made), shelf.fills_of(connection, made)
    bundle = medication_dispenses(one, fills, knowledge)
    urls = {item["fullUrl"]: item["resource"] for item in bundle["entry"]}
    for dispense in of_kind(bundle, "MedicationDispense"):
        request = urls[dispense["authorizingPrescription"][0]["reference"]]
        assert request["medicationCodeableConcept"] == dispense["medicationCodeableConcept"]
    said = [(one["type"]["text"], one["daysSupply"]["value"]) for one in of_kind(bundle, "MedicationDispense")]
    assert said == [("part of fill 1 of 2", 15)] * 2
    read = [dict(fields) for _, fields in read_fills(json.dumps(bundle).encode(), "export")]
    assert [(one["medicine"], one["units"], one["days"], one["pharmacy"]) for one in read] == [
        (TABLET, "30", "15", "Corner Pharmacy")
    ] * 2
    day = TODAY + timedelta(days=7)
    orders = read_bundle(json.dumps(bundle).encode(), "export", knowledge, day).orders
    assert [(order.ingredient, order.active) for order in orders if order.active] == [("clonazepam", True)]


@pytest.mark.parametrize("directions", READ_ALIKE + ONLY_WORDS)
def test_numbers_beside_the_directions_say_the_same_dose(fhir_errors, knowledge, directions):  # noqa: F811
    said = content(directions=directions)
    bundle = medication_requests(held(said), [], knowledge)
    (written,) = of_kind(bundle, "MedicationRequest")[0]["dosageInstruction"]
    assert fhir_errors(bundle) == []
    assert ("doseAndRate" in written) is (directions in READ_ALIKE), written
    read = read_bundle(json.dumps(bundle).encode(), "export", knowledge, TODAY).orders
    drafted = drafts_of(said, knowledge)
    for field in ("dose_mg_per_day", "dose_mg_single", "times_per_day", "prn") if directions in READ_ALIKE else ():
        assert [getattr(one, field) for one in read] == [getattr(one, field) for one in drafted], (field, written)
    assert [one.conflicts for one in read] == [()]


def test_codes_are_those_that_were_verified(knowledge):
    def systems(ingredient):
        said = content()
        item = said.fills[0].items[0].model_copy(update={"ingredient": ingredient})
        plan = said.fills[0].model_copy(update={"items": (item,)})
        (request,) = requests_of(held(said.model_copy(update={"fills": (plan,)})), [], knowledge)
        return {coding["system"] for coding in request["medicationCodeableConcept"].get("coding", [])}

    assert "http://www.nlm.nih.gov/research/umls/rxnorm" in systems("oxazepam")
    assert systems("clonazepam") == {"http://www.whocc.no/atc"}  # its RxNorm code is only recalled
    assert systems("nonsense") == set()


def test_the_same_prescription_gives_the_same_bytes(knowledge):
    one = held(taper())
    first = medication_requests(one, [fill()], knowledge)
    assert json.dumps(first) == json.dumps(medication_requests(one, [fill()], knowledge))
    ids = [item["resource"]["id"] for item in medication_dispenses(one, [fill(units="56")], knowledge)["entry"]]
    assert len(set(ids)) == len(ids)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["\x00", " ", "\u2028", "\ufeff", "\u202eevil", "<b>&", "a\tb", '"}', "-", "9" * 600]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.fixed_dictionaries(dict.fromkeys(("name", "address", "number", "why", "form", "sig", "shop"), words)))
def test_hostile_words_never_make_a_bad_resource(fhir_errors, knowledge, data):  # noqa: F811
    said = content(directions=data["sig"], indication=data["why"])
    item = said.fills[0].items[0].model_copy(update={"form": data["form"] or "x"})
    who = {"name": data["name"], "address": data["address"]}
    said = said.model_copy(update={
        "fills": (said.fills[0].model_copy(update={"items": (item,), "quantity_in_words": data["why"]}),),
        "patient": said.patient.model_copy(update={**who, "id": data["number"] or "p"}),
        "prescriber": said.prescriber.model_copy(update={**who, "registration": data["number"], "phone": data["why"]}),
    })  # fmt: skip
    row = fill(product=item.product) | {"pharmacy": data["shop"]}
    one = held(said, State.held, reason=data["why"], pharmacy=data["shop"])
    assert fhir_errors(medication_dispenses(one, [row], knowledge)) == []
