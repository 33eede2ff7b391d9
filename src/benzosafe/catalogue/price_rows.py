"""One row of a price list: which cell is what in NADAC and in a site's own list, and the price it makes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from benzosafe.catalogue.price_cells import CellDamaged, read_amount, read_currency, read_day, read_ndc, read_unit
from benzosafe.catalogue.price_text import Described, Describer, form_in, forms_of, strength_in
from benzosafe.catalogue.prices import Price, Unit
from benzosafe.knowledge.load import Knowledge

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Layout:
    """The columns of a kind of list; of `one_of` at least one has to be there."""

    name: str
    title: str
    source: str
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()

    def missing(self, columns: Collection[str]) -> list[str]:
        """The columns that a header lacks."""
        lacking = [name for name in self.required if name not in columns]
        if self.one_of and not set(self.one_of) & set(columns):
            lacking.append(" or ".join(self.one_of))
        return lacking


NADAC = Layout(
    "nadac", "the NADAC list of CMS", "CMS NADAC",
    ("ndc description", "ndc", "nadac per unit", "effective date", "pricing unit", "as of date"),
)  # fmt: skip
SITE = Layout(
    "site", "a site's own list", "site list", ("price", "unit", "currency", "date"), one_of=("name", "ndc")
)  # fmt: skip


@dataclass(frozen=True)
class PriceRow:
    """A row whose cells can be read; `product` is None when it is none of ours."""

    product: Described | None
    description: str
    ndc: str
    amount: Decimal
    currency: str
    unit: Unit
    effective_on: date
    as_of: date
    zeros_restored: bool = False
    otc: bool | None = None
    brand_or_generic: str = ""

    def price(self, source: str) -> Price:
        """The price, of a row of ours."""
        assert self.product is not None
        return Price(
            self.product.ingredient, self.description, self.amount, self.currency, self.unit, self.effective_on,
            self.as_of, source, self.ndc, self.product.strength_mg, self.product.per_ml, self.product.form, self.otc,
            self.brand_or_generic,
        )  # fmt: skip


class RowReader:
    """Reads rows of one layout; CellDamaged carries the reason when a row cannot be used."""

    def __init__(
        self, layout: Layout, header: Sequence[str], knowledge: Knowledge, known_ndc: Mapping[str, Described]
    ) -> None:
        self.describer = Describer(knowledge)
        self._american = layout is NADAC
        self._at = {column_key(name): place for place, name in enumerate(header)}
        self._known_ndc = known_ndc
        self._forms = forms_of(knowledge)

    def read(self, cells: Sequence[str], latest: date) -> PriceRow:
        """The row, its days not after `latest`."""
        row = self._nadac(cells, latest) if self._american else self._site(cells, latest)
        if row.product is not None:
            _check(row, row.product)
        return row

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self._at.get(name)
        return "" if place is None else cells[place].strip()

    def _nadac(self, cells: Sequence[str], latest: date) -> PriceRow:
        ndc, restored = read_ndc(self._cell(cells, "ndc"), always_11=True)
        description = " ".join(self._cell(cells, "ndc description").split())
        if not description:
            raise CellDamaged("no description")
        effective_on = read_day(self._cell(cells, "effective date"), latest, american=True)
        as_of = read_day(self._cell(cells, "as of date"), latest, american=True)
        if effective_on > as_of:
            raise CellDamaged(f"effective {effective_on}, after the day of the list {as_of}")
        return PriceRow(
            self.describer.read(description), description, ndc, read_amount(self._cell(cells, "nadac per unit")), "USD",
            read_unit(self._cell(cells, "pricing unit")), effective_on, as_of, restored,
            {"Y": True, "N": False}.get(self._cell(cells, "otc").upper()),
            self._cell(cells, "classification for rate setting").upper(),
        )  # fmt: skip

    def _site(self, cells: Sequence[str], latest: date) -> PriceRow:
        name, code = self._cell(cells, "name"), self._cell(cells, "ndc")
        if not name and not code:
            raise CellDamaged("neither name nor NDC")
        ndc, restored = read_ndc(code, always_11=False) if code else ("", False)
        day = read_day(self._cell(cells, "date"), latest, american=False)
        product = self.describer.read(name) if name else self._known_ndc.get(ndc)
        strength, form = _with_unit(self._cell(cells, "strength")), self._cell(cells, "form")
        if product is not None:
            product = self._with(product, strength, form)
        description = name or (f"NDC {ndc}" if product else "")
        if description:
            description += "".join(f" {part}" for part in (strength, form) if part.lower() not in name.lower())
        return PriceRow(
            product, description, ndc, read_amount(self._cell(cells, "price")),
            read_currency(self._cell(cells, "currency")), read_unit(self._cell(cells, "unit")), day, day, restored,
        )  # fmt: skip

    def _with(self, product: Described, strength: str, form: str) -> Described:
        """The product with what the columns for strength and form say; a contradiction is one of the row."""
        if strength:
            mg, per_ml = strength_in(strength)
            if mg is None:
                raise CellDamaged(f"strength '{strength}' is not read; write 0.5 mg or 1 mg/mL")
            if product.strength_mg is not None and (product.strength_mg, product.per_ml) != (mg, per_ml):
                raise CellDamaged(f"{product.strength_mg:g} mg in its name, '{strength}' in the strength column")
            product = replace(product, strength_mg=mg, per_ml=per_ml)
        if form:
            named = self._forms.get(form.lower()) or form_in(form)
            if not named:
                raise CellDamaged(f"form '{form}' is not known")
            if product.form not in ("", named):
                raise CellDamaged(f"{product.form} in its name, '{form}' in the form column")
            product = replace(product, form=named)
        return product


def _with_unit(strength: str) -> str:
    """A bare number is of milligrams."""
    return f"{strength} mg" if re.fullmatch(r"[\d.]+", strength) else strength


def column_key(name: str) -> str:
    """A column's name as it is compared: 'NADAC_Per_Unit' and 'NADAC Per Unit' are the same."""
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _check(row: PriceRow, product: Described) -> None:
    if product.contradiction:
        raise CellDamaged(f"'{row.description}' contradicts itself: {product.contradiction}")
    if _UNREADABLE in row.description:
        raise CellDamaged("its text is not UTF-8")
    if not row.description.isprintable():
        raise CellDamaged("its text holds control characters")
    if product.in_pieces and row.unit != "EA":
        raise CellDamaged(f"'{row.description}' is counted, and priced by the {row.unit}")
