"""The life cycle of prescriptions over HTTP: a route for each step; who may make it is decided by the desk."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from benzosafe.audit.canonical import digest
from benzosafe.identity import passkeys
from benzosafe.identity.passkeys import signing
from benzosafe.identity.roles import Role
from benzosafe.prescriptions import everyone, pharmacist, prescriber
from benzosafe.prescriptions.content import Content
from benzosafe.prescriptions.fhir_request import medication_dispenses
from benzosafe.prescriptions.form import form_page
from benzosafe.prescriptions.taper_fills import content_of_plan, read_plan_data
from benzosafe.render.pdf import pdf_of
from benzosafe.service.problems import MEDIA_TYPE
from benzosafe.service.reports import HEADERS
from benzosafe.service.rx.bodies import (
    Answering,
    Asking,
    Dispensing,
    Drafting,
    Factors,
    Listed,
    Reason,
    Receiving,
    State,
    TaperDrafting,
    ToPharmacy,
    Transferring,
    Verifying,
)
from benzosafe.service.rx.room import Room
from benzosafe.service.rx.session_routes import peer_of, second_of
from benzosafe.service.rx.signed_in import SignedIn, signed_in


def router(room: Room) -> APIRouter:
    """/rx/prescriptions."""
    routes = APIRouter(prefix="/rx/prescriptions", tags=["prescriptions"])
    _seen(routes, room)
    _written(routes, room)
    _signed(routes, room)
    _handed_out(routes, room)
    _with_a_reason(routes, room)
    _papers(routes, room)
    return routes


def _seen(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.get("", summary="The prescriptions of which one may know")
    def listed(me: SignedIn = needed) -> list[Listed]:
        return [Listed.model_validate(row) for row in everyone.listed(desk, me.account, room.now())]

    @routes.post("/requests", summary="Ask for a prescription", status_code=201)
    def ask(body: Asking, me: SignedIn = needed) -> State:
        made = everyone.request(desk, me.account, body.patient, body.words, room.now())
        return State(id=made, state="requested")

    @routes.get("/{prescription}", summary="One prescription, its review, answers, fills and tasks")
    def view(prescription: str, me: SignedIn = needed) -> dict[str, Any]:
        return everyone.view(desk, me.account, prescription, room.now())


def _written(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.post("", summary="Write a prescription, to a request or by oneself", status_code=201)
    def draft(body: Drafting, me: SignedIn = needed) -> State:
        made = prescriber.draft(desk, me.account, body.content, room.now(), body.request)
        return State(id=made, state="drafted")

    @routes.post("/tapers", summary="Write a taper plan as one prescription with all its fills", status_code=201)
    def taper(body: TaperDrafting, me: SignedIn = needed) -> State:
        who = me.must_be(Role.prescriber)
        plan = read_plan_data(desk.knowledge, body.plan, "plan")
        content, rest = content_of_plan(desk.knowledge, plan, body.about.model_dump(), body.from_on)
        made = prescriber.draft(desk, who, content, room.now(), body.request)
        return State(id=made, state="drafted", rest=rest.words if rest else "")

    @routes.put("/{prescription}", summary="Write a draft anew; its review no longer counts")
    def change(prescription: str, body: Content, me: SignedIn = needed) -> State:
        prescriber.change(desk, me.account, prescription, body, room.now())
        return State(id=prescription, state="drafted")

    @routes.post("/{prescription}/review", summary="Review exactly this draft on today's data")
    def review(prescription: str, me: SignedIn = needed) -> dict[str, Any]:
        return prescriber.review(desk, me.account, prescription, room.now())

    @routes.post("/{prescription}/answers", summary="Answer a finding: confirm, give a reason, promise to monitor")
    def answer(prescription: str, body: Answering, me: SignedIn = needed) -> State:
        needs = prescriber.answer(desk, me.account, prescription, body.model_dump(), room.now())
        return State(id=prescription, state="reviewed", needed=needs)


def _signed(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    def purpose(me: SignedIn, prescription: str) -> str:
        content = everyone.view(desk, me.account, prescription, room.now())["content"]
        return signing(prescription, digest(Content.model_validate(content)) if content else "")

    @routes.post("/{prescription}/sign/challenge", summary="What a browser needs to sign with a passkey")
    def challenge(prescription: str, me: SignedIn = needed) -> dict[str, Any]:
        bound = purpose(me, prescription)
        with desk.entering(me.account, room.now()) as ledger:
            return passkeys.answer_options(ledger, room.site, bound, me.account.id)

    @routes.post("/{prescription}/sign", summary="Sign, with both factors at this moment")
    def sign(prescription: str, body: Factors, request: Request, me: SignedIn = needed) -> State:
        room.count_try(peer_of(request))
        bound = purpose(me, prescription) if body.passkey is not None else ""
        second = second_of(room, body, bound)
        prescriber.sign(desk, me.account.name, body.password, second, prescription, room.now())
        return State(id=prescription, state="signed")

    @routes.post("/{prescription}/transmit", summary="Hand it to the pharmacy that the patient chose")
    def transmit(prescription: str, body: ToPharmacy, me: SignedIn = needed) -> State:
        how = prescriber.transmit(desk, me.account, prescription, body.pharmacy, room.now())
        return State(id=prescription, state="transmitted", how=how)


def _handed_out(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.post("/{prescription}/receive", summary="The pharmacy has it")
    def receive(prescription: str, body: Receiving, me: SignedIn = needed) -> State:
        seen = body.handwritten_seen
        pharmacist.receive(desk, me.account, prescription, room.now(), handwritten_seen=seen)
        return State(id=prescription, state="received")

    @routes.get("/{prescription}/counter-check", summary="What the counter-check of the next fill says")
    def preview(prescription: str, me: SignedIn = needed) -> dict[str, Any]:
        return pharmacist.preview(desk, me.account, prescription, room.now())

    @routes.post("/{prescription}/verify", summary="The pharmacist's counter-check of the next fill")
    def verify(prescription: str, body: Verifying, me: SignedIn = needed) -> dict[str, Any]:
        return pharmacist.verify(desk, me.account, prescription, body.reasons, room.now())

    @routes.post("/{prescription}/dispense", summary="Hand out a fill, or a part of it")
    def dispense(prescription: str, body: Dispensing, me: SignedIn = needed) -> State:
        given = pharmacist.Handover(body.units, body.guide_given, body.again)
        state = pharmacist.dispense(desk, me.account, prescription, given, room.now())
        said = pharmacist.advised(desk, me.account, prescription, room.now())
        return State(id=prescription, state=state, advice=list(said.plain))

    @routes.get("/{prescription}/advice", summary="What is said and given with the fill handed out last")
    def advice(prescription: str, me: SignedIn = needed) -> dict[str, Any]:
        said = pharmacist.advised(desk, me.account, prescription, room.now())
        return {"fill": said.fill, "used_up_on": said.used_up_on, "next_on": said.next_on, "lines": list(said.plain)}

    @routes.post("/{prescription}/transfer", summary="Hand what is left to another pharmacy")
    def transfer(prescription: str, body: Transferring, me: SignedIn = needed) -> State:
        pharmacist.transfer(desk, me.account, prescription, body.pharmacy, body.reason, room.now())
        return State(id=prescription, state="transmitted")


def _with_a_reason(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk
    for name in everyone.WITH_A_REASON:

        def step(prescription: str, body: Reason, me: SignedIn = needed, name: str = name) -> State:
            state = everyone.move(desk, name, me.account, prescription, body.reason, room.now())
            return State(id=prescription, state=state)

        routes.add_api_route(
            f"/{{prescription}}/{name}", step, methods=["POST"], name=name, summary=f"{name}, with why"
        )


def _papers(routes: APIRouter, room: Room) -> None:
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.get("/{prescription}/fhir", summary="As FHIR: requests, signature, and what was handed out")
    def fhir(prescription: str, me: SignedIn = needed) -> Response:
        one, fills = everyone.papers(desk, me.account, prescription, "FHIR", room.now())
        found = medication_dispenses(one, fills, desk.knowledge)
        return Response(json.dumps(found, ensure_ascii=False), media_type=MEDIA_TYPE)

    @routes.get("/{prescription}/form", summary="The printable form", response_class=HTMLResponse)
    def form(prescription: str, me: SignedIn = needed) -> HTMLResponse:
        one, fills = everyone.papers(desk, me.account, prescription, "form", room.now())
        return HTMLResponse(form_page(one, fills, desk.knowledge), headers=HEADERS)

    @routes.get("/{prescription}/form.pdf", summary="The printable form as PDF", response_class=Response)
    def form_pdf(prescription: str, me: SignedIn = needed) -> Response:
        one, fills = everyone.papers(desk, me.account, prescription, "PDF", room.now())
        named = {"Content-Disposition": 'inline; filename="prescription.pdf"'}
        return Response(pdf_of(form_page(one, fills, desk.knowledge)), media_type="application/pdf", headers=named)
