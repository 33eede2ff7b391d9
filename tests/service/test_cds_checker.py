"""The checker of CDS Hooks 2.0 messages: it lets good ones through and finds every fault of the bad ones."""

from __future__ import annotations

import copy

import pytest

from tests.service.cds_checker import discovery_faults, response_faults

ID, OTHER = "17e86774-66e0-53ce-b444-eadc02e301aa", "933d2d53-9a8e-548f-99e0-26e62b06200a"
UPDATE = {"type": "update", "description": "Halve it", "resource": {"resourceType": "MedicationRequest", "id": "1"}}
CREATE = {"type": "create", "description": "Add it", "resource": {"resourceType": "Task"}}
DELETE = {"type": "delete", "description": "Leave it out", "resourceId": "MedicationRequest/1"}
CODING = {"system": "https://example.org/codes", "code": "c"}
CARD = {
    "uuid": ID, "summary": "s" * 139, "detail": "**d**", "indicator": "warning",
    "source": {"label": "FDA", "url": "https://fda.gov/x", "topic": CODING},
    "suggestions": [{"label": "Do it", "uuid": OTHER, "isRecommended": True, "actions": [UPDATE, CREATE, DELETE]}],
    "selectionBehavior": "at-most-one", "overrideReasons": [CODING | {"display": "Will monitor"}],
    "links": [{"label": "Report", "url": "https://a.example/r", "type": "absolute"},
              {"label": "App", "url": "https://a.example/l", "type": "smart", "appContext": "x"}],
}  # fmt: skip
RESPONSE = {"cards": [CARD], "extension": {"org.benzosafe": {}}}
SERVICE = {
    "hook": "order-sign", "id": "a-1", "description": "d", "title": "t", "usageRequirements": "none",
    "prefetch": {"patient": "Patient/{{context.patientId}}", "me": "Practitioner/{{userPractitionerId}}",
                 "orders": "MedicationRequest?patient={{context.patientId}}&status=active"},
}  # fmt: skip
DISCOVERY = {"services": [SERVICE, SERVICE | {"hook": "patient-view"}]}
GONE = object()


def changed(whole, path, value):
    """A copy with one member set, or taken away."""
    found = copy.deepcopy(whole)
    *way, last = path
    inner = found
    for step in way:
        inner = inner[step]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return found


def test_good_messages_have_no_fault():
    assert response_faults(RESPONSE) == []
    assert response_faults({"cards": []}) == []
    assert discovery_faults(DISCOVERY) == []
    assert discovery_faults({"services": []}) == []


IN_CARD = [
    (("summary",), "s" * 140, "140 characters"), (("summary",), GONE, "summary: missing"),
    (("summary",), " ", "summary: is empty"), (("indicator",), "hard-stop", "'hard-stop' is not one of"),
    (("indicator",), GONE, "indicator: missing"), (("source",), GONE, "source: missing"),
    (("source", "label"), GONE, "label: missing"), (("source", "url"), "fda.gov/x", "no absolute URL"),
    (("source", "topic"), {"display": "x"}, "topic.code: missing"), (("uuid",), "card-1", "uuid: is none"),
    (("selectionBehavior",), GONE, "selectionBehavior"), (("selectionBehavior",), "all", "'all' is not one of"),
    (("suggestions",), GONE, "selectionBehavior"), (("suggestions",), [], "selectionBehavior"),
    (("suggestions", 0, "label"), GONE, "label: missing"), (("suggestions", 0, "uuid"), ID, "2 times"),
    (("suggestions", 0, "actions", 0, "resource"), GONE, "update without a resource"),
    (("suggestions", 0, "actions", 0, "resource"), {"resourceType": "Task"}, "an update is of a resource"),
    (("suggestions", 0, "actions", 0, "resourceId"), "MedicationRequest/1", "update with a resourceId"),
    (("suggestions", 0, "actions", 1, "resource"), {}, "create without a resource"),
    (("suggestions", 0, "actions", 1, "resource", "id"), "1", "has none yet"),
    (("suggestions", 0, "actions", 2, "resourceId"), GONE, "delete without a relative reference"),
    (("suggestions", 0, "actions", 2, "resourceId"), "1", "delete without a relative reference"),
    (("suggestions", 0, "actions", 0, "type"), "replace", "'replace' is not one of"),
    (("suggestions", 0, "actions", 0, "description"), GONE, "description: missing"),
    (("suggestions", 0, "isRecommended"), "yes", "isRecommended: is str"),
    (("suggestions",), [{"label": "a", "isRecommended": True}, {"label": "b", "isRecommended": True}], "2 are recom"),
    (("overrideReasons", 0, "display"), GONE, "display: missing"),
    (("overrideReasons", 0, "code"), GONE, "code: missing"),
    (("links", 0, "url"), "/reports/1", "no absolute URL"), (("links", 0, "type"), "web", "'web' is not one of"),
    (("links", 0, "appContext"), "x", "smart links only"), (("colour",), "red", "colour: unknown"),
    (("detail",), {"text": "d"}, "detail: is dict"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "told"), IN_CARD, ids=[f"{'.'.join(map(str, p))}-{t}" for p, _, t in IN_CARD]
)
def test_a_fault_of_a_card_is_found(path, value, told):
    found = response_faults(changed(RESPONSE, ("cards", 0, *path), value))
    assert any(told in fault for fault in found), found


@pytest.mark.parametrize(
    "bad",
    [None, [], {}, {"cards": None}, {"cards": [CARD, CARD]}, {"cards": ["x"]}, RESPONSE | {"extension": {"x": 1}}],
)
def test_a_fault_of_the_response_is_found(bad):
    assert response_faults(bad)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("hook",), GONE, "hook: missing"), (("id",), GONE, "id: missing"), (("id",), "a/b", "part of an address"),
        (("description",), "", "description: is empty"), (("title",), 7, "title: is int"),
        (("prefetch", "patient"), "Patient/{{patientId}}", "token patientId"),
        (("prefetch", "patient"), "Patient/{{today()}}", "token today()"), (("prefetch", "patient"), 7, "is no text"),
        (("prefetch", "patient"), "https://fhir.example/Patient/1", "neither a read nor a search"),
        (("version",), "2.0", "version: unknown"),
    ],
)  # fmt: skip
def test_a_fault_of_the_discovery_is_found(path, value, told):
    found = discovery_faults(changed(DISCOVERY, ("services", 0, *path), value))
    assert any(told in fault for fault in found), found


def test_services_are_told_apart():
    assert discovery_faults({"services": [SERVICE, SERVICE]}) and discovery_faults({"service": []})
