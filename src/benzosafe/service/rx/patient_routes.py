"""What is kept of a patient, for those who care for them: record, history, fills from elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends

from benzosafe.prescriptions import patients
from benzosafe.service.rx.bodies import NewRecord, OutsideFills
from benzosafe.service.rx.room import Room
from benzosafe.service.rx.signed_in import SignedIn, signed_in


def router(room: Room) -> APIRouter:
    """/rx/patients."""
    routes = APIRouter(prefix="/rx/patients", tags=["patients"])
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.get("/{patient}/record", summary="The newest record, of which reviews are made")
    def record(patient: str, me: SignedIn = needed) -> dict[str, Any]:
        return patients.record_of(desk, me.account, patient, room.now())

    @routes.put("/{patient}/record", summary="Keep a record; drafts are then to be reviewed again")
    def keep(patient: str, body: NewRecord, me: SignedIn = needed) -> dict[str, int]:
        return {"version": patients.keep_record(desk, me.account, patient, body.text, room.now(), body.reason)}

    @routes.get("/{patient}/history", summary="Every supply with its sources, and where they disagree")
    def history(patient: str, me: SignedIn = needed) -> list[dict[str, Any]]:
        return patients.history(desk, me.account, patient, room.now())

    @routes.post("/{patient}/fills", summary="Import fills from elsewhere, such as a monitoring programme's export")
    def fills(patient: str, body: OutsideFills, me: SignedIn = needed) -> dict[str, Any]:
        file = body.text.encode(), body.source
        return asdict(patients.import_outside(desk, me.account, patient, file, room.now()))

    return routes
