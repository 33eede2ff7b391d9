"""From the record system's button to a token for one patient, and every way in which the answer can be wrong."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from benzosafe.smart.door import SmartRefused
from benzosafe.smart.launch import begin, finish, read_launch
from benzosafe.smart.scopes import scopes_for_launch
from benzosafe.smart.token import redeem, refresh
from tests.smart.conftest import RANDOM


@pytest.fixture
def begun(way):
    return begin(way.server(), way.app(), way.clock(), RANDOM, "handle")


def asked(begun):
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.authorize_url).query).items()}


@pytest.mark.parametrize("launch", ["handle", ""])
def test_a_launch_ends_with_the_patient_and_the_person(way, launch):
    token = way.launched(launch=launch)
    assert (token.patient, token.encounter) == ("p1", "e1")
    assert (token.identity.subject, token.identity.fhir_user) == ("d1", "Practitioner/d1")
    assert token.lacking == set()


def test_what_the_browser_carries(way, provider, begun):
    sent = asked(begun)
    assert sent["scope"].split() == list(scopes_for_launch("v2", from_record=True))
    assert (sent["aud"], sent["launch"]) == (provider.base, "handle")
    assert sent["redirect_uri"] == "http://127.0.0.1:9/back"
    assert begun.pending.verifier not in begun.authorize_url
    assert "launch" not in asked(begin(way.server(), way.app(), way.clock(), RANDOM))


def test_every_launch_has_its_own_secrets_of_256_bits(way, begun):
    other = begin(way.server(), way.app(), way.clock(), RANDOM, "handle")
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked(begun)[name]) >= 43 and asked(begun)[name] != asked(other)[name]


def test_a_query_in_the_authorize_address_is_kept(way, provider):
    provider.config = {"authorization_endpoint": f"{provider.root}/auth/authorize?tenant=1"}
    assert asked(begin(way.server(), way.app(), way.clock(), RANDOM))["tenant"] == "1"


def test_a_client_with_a_key_signs(way, provider, key):
    app = replace(way.app(key), client_id="signed-app")
    token = way.launched(app)
    assert "client_id" not in provider.forms[-1] and "client_assertion" in provider.forms[-1]
    way.run(lambda door: refresh(token, door, way.clock(), RANDOM))
    assert len(provider.jtis) == 2


def test_a_server_without_s256_is_refused(way, provider):
    provider.config = {"code_challenge_methods_supported": ["plain"]}
    with pytest.raises(SmartRefused, match="S256"):
        begin(way.server(), way.app(), way.clock(), RANDOM)


def answer(begun, **changes):
    values = {"code": "c", "state": begun.pending.state} | changes
    return urlencode({name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": None}, "does not belong"),
        ({"state": ""}, "does not belong"),
        ({"state": "A" * 43}, "does not belong"),
        ({"state": "ä"}, "does not belong"),
        ({"state": "A" * 43, "error": "access_denied"}, "does not belong"),
        ({"code": None}, "no code"),
        ({"iss": "https://evil.example/fhir"}, "another record system"),
        ({"iss": ""}, "another record system"),
        ({"error": "access_denied", "error_description": "the patient said no"}, "access_denied: the patient said no"),
        ({"x": "y" * 20000}, "too much"),
    ],
)
def test_an_answer_that_is_off_is_refused(way, begun, changes, reason):
    with pytest.raises(SmartRefused, match=reason):
        finish(begun.pending, answer(begun, **changes), way.clock(), RANDOM)


def test_a_name_twice_is_refused(way, begun):
    with pytest.raises(SmartRefused, match="twice"):
        finish(begun.pending, answer(begun) + "&code=d", way.clock(), RANDOM)


def test_the_state_of_another_launch_is_refused(way, begun):
    other = begin(way.server(), way.app(), way.clock(), RANDOM, "handle")
    with pytest.raises(SmartRefused, match="does not belong"):
        finish(begun.pending, way.came_back(other), way.clock(), RANDOM)


@pytest.mark.parametrize(("minutes", "holds"), [(9.9, True), (10.1, False), (-1, False)])
def test_a_launch_waits_ten_minutes(way, begun, minutes, holds):
    at = begun.pending.began_at + timedelta(minutes=minutes)
    if holds:
        assert finish(begun.pending, answer(begun), at, RANDOM).form["code"] == "c"
        return
    with pytest.raises(SmartRefused, match="longer than 10 minutes"):
        finish(begun.pending, answer(begun), at, RANDOM)


def test_a_server_that_promised_to_name_itself_must(way, provider):
    provider.config = {"authorization_response_iss_parameter_supported": True}
    begun = begin(way.server(), way.app(), way.clock(), RANDOM)
    with pytest.raises(SmartRefused, match="another record system"):
        finish(begun.pending, answer(begun), way.clock(), RANDOM)
    assert finish(begun.pending, answer(begun, iss=provider.base), way.clock(), RANDOM).url == provider.token_url


def test_a_code_is_good_once(way, begun):
    query = way.came_back(begun)
    request = finish(begun.pending, query, way.clock(), RANDOM)
    way.run(lambda door: redeem(request, begun.pending, door, way.clock()))
    with pytest.raises(SmartRefused, match="invalid_grant") as error:
        way.run(lambda door: redeem(request, begun.pending, door, way.clock()))
    assert "launch again" in error.value.message


def test_a_stolen_code_is_worth_nothing_without_the_verifier(way, begun):
    thief = replace(begin(way.server(), way.app(), way.clock(), RANDOM).pending, state=begun.pending.state)
    request = finish(thief, way.came_back(begun), way.clock(), RANDOM)
    with pytest.raises(SmartRefused, match="invalid_grant"):
        way.run(lambda door: redeem(request, thief, door, way.clock()))


def test_a_code_is_not_sent_to_an_address_off_the_list(way, begun):
    server = replace(begun.pending.server, endpoints={"token_endpoint": "https://evil.example/token"})
    request = finish(replace(begun.pending, server=server), answer(begun), way.clock(), RANDOM)
    with pytest.raises(SmartRefused, match="not on the list"):
        way.run(lambda door: redeem(request, begun.pending, door, way.clock()))


def test_a_session_is_renewed_for_the_same_patient_and_person(way, provider):
    token = way.launched()
    renewed = way.run(lambda door: refresh(token, door, way.clock(), RANDOM))
    assert renewed.grant.access_token != token.grant.access_token
    assert renewed.refresh_token != token.refresh_token
    assert (renewed.patient, renewed.identity) == (token.patient, token.identity)
    with pytest.raises(SmartRefused, match="invalid_grant"):
        way.run(lambda door: refresh(token, door, way.clock(), RANDOM))
    provider.token_answer = {"refresh_token": None, "patient": None, "id_token": "of.nobody.x"}
    kept = way.run(lambda door: refresh(renewed, door, way.clock(), RANDOM))
    assert (kept.refresh_token, kept.patient, kept.identity) == (renewed.refresh_token, "p1", token.identity)


def test_a_renewed_session_of_another_patient_is_refused(way, provider):
    token = way.launched()
    provider.token_answer = {"patient": "p2"}
    with pytest.raises(SmartRefused, match="another patient"):
        way.run(lambda door: refresh(token, door, way.clock(), RANDOM))


def test_without_a_refresh_token_the_session_ends(way, provider):
    provider.token_answer = {"refresh_token": None}
    token = way.launched()
    with pytest.raises(SmartRefused, match="cannot be renewed"):
        way.run(lambda door: refresh(token, door, way.clock(), RANDOM))


@pytest.mark.parametrize("patient", ["../p2", "p1?x", 7, {"id": "p1"}, "x" * 65])
def test_a_patient_that_is_no_id_is_refused(way, provider, patient):
    provider.token_answer = {"patient": patient}
    with pytest.raises(SmartRefused, match="no FHIR id"):
        way.launched()


def test_a_launch_without_a_patient_or_a_person_says_so(way, provider):
    provider.token_answer = {"patient": None, "id_token": None}
    token = way.launched()
    assert (token.patient, token.identity) == ("", None)


def test_the_launch_address_is_read():
    call = read_launch("iss=https%3A%2F%2Fehr.example%2Ffhir&launch=abc")
    assert (call.iss, call.launch) == ("https://ehr.example/fhir", "abc")
    for query in ("", "iss=https://ehr.example", "launch=abc", "iss=a&iss=b&launch=c", "iss=%ff&launch=c"):
        with pytest.raises(SmartRefused):
            read_launch(query)


def test_nothing_secret_is_printed(way, provider, begun, caplog):
    caplog.set_level(0)
    token = way.launched()
    request = finish(begun.pending, answer(begun, code="c0dec0de"), way.clock(), RANDOM)
    shown = f"{begun!r} {request!r} {token!r} {read_launch('iss=x&launch=h4ndle')!r} {caplog.text}"
    pending, grant = begun.pending, token.grant
    secrets = [pending.state, pending.verifier, pending.nonce, "c0dec0de", "h4ndle", grant.access_token]
    secrets += [token.refresh_token, json.loads(json.dumps(dict(grant.stated)))["id_token"]]
    assert [secret for secret in secrets if secret in shown] == []
