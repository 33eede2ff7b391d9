"""Rows of the knowledge's CSV files: bystanders, combination brands, coded products."""

from __future__ import annotations

from pydantic import BaseModel


class Bystander(BaseModel):
    """A medicine without known relevance here: it resolves, and that is all."""

    name: str
    synonyms: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    rxcui: str = ""
    atc: tuple[str, ...] = ()


class Combination(BaseModel):
    """A brand that holds several ingredients."""

    brand: str
    ingredients: tuple[str, ...]


class Product(BaseModel):
    """A coded product."""

    rxcui: str
    name: str
    ingredients: tuple[str, ...]
    strengths_mg: tuple[float | None, ...] = ()
    form: str | None = None
    route: str | None = None
