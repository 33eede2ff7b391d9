"""Patients made of orders and problems, and the points an assessment finds, for every test of it."""

from __future__ import annotations

from datetime import timedelta

from benzosafe.patient.tables import Bounds, Condition, Coverage, Order, Record
from tests.conftest import ON


def order(drug, mg=1.0, days=None, **more):
    since = None if days is None else ON - timedelta(days=days)
    dose = None if mg is None else Bounds(mg, mg)
    given = {"active": True, "prn": False, "route": "oral", **more}
    return Order(drug, drug, drug, "handwritten", dose_mg_per_day=dose, continuous_since=since, **given)


def patient(*orders, conditions=(), age=45, sex="male", known=True, **more):
    listed = tuple(Condition(name, name, (name,), active=True) for name in conditions)
    coverage = Coverage(orders=True, conditions=known)
    return Record("p", age_years=age, sex=sex, orders=orders, conditions=listed, coverage=coverage, **more)


def state(points, name):
    return next((point.state for point in points if point.name == name), "absent")


def names(points):
    return {point.name for point in points if point.state == "present"}
