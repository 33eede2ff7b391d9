"""The same data is judged once, and anything that differs is judged anew."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from benzosafe.cds_hooks.judged import Judgements
from benzosafe.cds_hooks.request import read_request
from benzosafe.cds_hooks.services import service_of

from .asking import NOW, ask, everything, order

CLONAZEPAM, OXYCODONE = order("clonazepam 1 mg tablet"), order("oxycodone 10 mg tablet", status="draft")


def read(request):
    return read_request(json.dumps(request).encode(), service_of(f"benzosafe-{request['hook']}"))


def request(**more):
    return ask("order-sign", everything(CLONAZEPAM), [OXYCODONE], **more)


def test_the_same_data_is_judged_once(knowledge):
    judgements = Judgements(8)
    first = judgements.of(read(request()), {}, knowledge, NOW)
    again = judgements.of(read(request() | {"hookInstance": "another"}), {}, knowledge, NOW + timedelta(minutes=9))
    assert again is first


@pytest.mark.parametrize(
    "other",
    [
        ask("order-sign", everything(order("clonazepam 2 mg tablet")), [OXYCODONE]),
        ask("order-sign", everything(CLONAZEPAM), [order("oxycodone 5 mg tablet", status="draft")]),
        ask("order-sign", everything(CLONAZEPAM, conditions={"resourceType": "Bundle"}), [OXYCODONE]),
        ask("order-select", everything(CLONAZEPAM), [OXYCODONE]),
        request(fhirServer="https://another.example"),
        request(context={"selections": ["MedicationRequest/oxycodone"]}),
    ],
)
def test_whatever_differs_is_judged_anew(knowledge, other):
    judgements = Judgements(8)
    first = judgements.of(read(request()), {}, knowledge, NOW)
    assert judgements.of(read(other), {}, knowledge, NOW) is not first


def test_another_day_later_minutes_and_fetched_data_are_judged_anew(knowledge):
    judgements = Judgements(8)
    first = judgements.of(read(request()), {}, knowledge, NOW)
    assert judgements.of(read(request()), {}, knowledge, NOW + timedelta(minutes=11)) is not first
    assert judgements.of(read(request()), {}, knowledge, NOW + timedelta(days=1)) is not first
    assert judgements.of(read(request()), {"statements": b"null"}, knowledge, NOW) is not first


def test_only_so_many_are_kept(knowledge):
    judgements = Judgements(1)
    first = judgements.of(read(request()), {}, knowledge, NOW)
    judgements.of(read(request(fhirServer="https://another.example")), {}, knowledge, NOW)
    assert judgements.of(read(request()), {}, knowledge, NOW) is not first
