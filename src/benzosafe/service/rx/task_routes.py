"""Promises to monitor: what is still to be done, and that it was."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from benzosafe.prescriptions import tasks
from benzosafe.service.rx.bodies import TaskDone
from benzosafe.service.rx.room import Room
from benzosafe.service.rx.signed_in import SignedIn, signed_in


def router(room: Room) -> APIRouter:
    """/rx/tasks."""
    routes = APIRouter(prefix="/rx/tasks", tags=["tasks"])
    needed, desk = Depends(signed_in(room)), room.desk

    @routes.get("", summary="What is still to be done, the most overdue first")
    def listed(me: SignedIn = needed) -> list[dict[str, Any]]:
        return tasks.listed(desk, me.account, room.now())

    @routes.post("/{task}/done", summary="A promise was kept, and what was found", status_code=204)
    def done(task: str, body: TaskDone, me: SignedIn = needed) -> None:
        tasks.finish(desk, me.account, task, body.note, room.now())

    return routes
