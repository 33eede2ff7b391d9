"""Compartments as terms of a linear system: gut, centre, periphery, and active metabolites.

Every term says: d(amount[into])/dt += rate * course(t) * amount[of]. A loss is a negative rate. Courses are what
varies in time: clearance, availability, formation of a metabolite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.kinetics.arrays import Floats

GUT, CENTRE, PERIPHERY = 0, 1, 2
CONSTANT = -1


@dataclass(frozen=True)
class Term:
    """One flow; `course` numbers the varying factor, CONSTANT for none. rate [1/h], one value a person."""

    into: int
    of: int
    rate: Floats
    course: int = CONSTANT


@dataclass(frozen=True)
class Metabolite:
    """An active metabolite in one compartment: mg formed per mg cleared, clearance [L/h], volume [L]."""

    formed: Floats
    clearance: Floats
    volume: Floats
    parent: int = CENTRE


@dataclass(frozen=True)
class Body:
    """One drug in N people: ka [1/h], clearance and exchange [L/h], volumes [L]; all arrays of length N.

    `exchange` 0 gives one compartment. Clearance is that at rest.
    """

    ka: Floats
    clearance: Floats
    central: Floats
    exchange: Floats
    peripheral: Floats
    metabolites: tuple[Metabolite, ...] = ()

    @property
    def people(self) -> int:
        """How many people the arrays hold."""
        return len(self.clearance)

    @property
    def compartments(self) -> int:
        """Number of compartments."""
        return 3 + len(self.metabolites)

    def volume_of(self, state: int) -> Floats:
        """Volume in which the concentration of a state is measured [L]."""
        return self.central if state == CENTRE else self.metabolites[state - 3].volume

    def select(self, part: slice) -> Body:
        """The same for some of the people."""
        return Body(
            self.ka[part], self.clearance[part], self.central[part], self.exchange[part], self.peripheral[part],
            tuple(Metabolite(m.formed[part], m.clearance[part], m.volume[part], m.parent) for m in self.metabolites),
        )  # fmt: skip

    def clearance_course(self) -> int:
        """The course that multiplies the parent's clearance."""
        return 0

    def availability_course(self) -> int:
        """The course that is the share of a swallowed dose reaching the blood."""
        return 1

    def formation_course(self, metabolite: int) -> int:
        """The course that multiplies the formation of a metabolite."""
        return 2 + 2 * metabolite

    def loss_course(self, metabolite: int) -> int:
        """The course that multiplies the clearance of a metabolite."""
        return 3 + 2 * metabolite

    @property
    def courses(self) -> int:
        """Number of courses."""
        return 2 + 2 * len(self.metabolites)

    def terms(self) -> tuple[Term, ...]:
        """All flows between compartments, and out of them."""
        outward = self.exchange / self.central
        inward = np.divide(self.exchange, self.peripheral, out=np.zeros_like(self.exchange), where=self.peripheral > 0)
        found = [
            Term(GUT, GUT, -self.ka),
            Term(CENTRE, GUT, self.ka, self.availability_course()),
            Term(CENTRE, CENTRE, -self.clearance / self.central, self.clearance_course()),
        ]
        if self.exchange.any():
            found += [
                Term(CENTRE, CENTRE, -outward), Term(PERIPHERY, CENTRE, outward),
                Term(CENTRE, PERIPHERY, inward), Term(PERIPHERY, PERIPHERY, -inward),
            ]  # fmt: skip
        for number, metabolite in enumerate(self.metabolites):
            state = 3 + number
            parent_rate = self._rate_of(metabolite.parent)
            found += [
                Term(state, metabolite.parent, metabolite.formed * parent_rate, self.formation_course(number)),
                Term(state, state, -metabolite.clearance / metabolite.volume, self.loss_course(number)),
            ]
        return tuple(found)

    def _rate_of(self, state: int) -> Floats:
        if state == CENTRE:
            return self.clearance / self.central
        parent = self.metabolites[state - 3]
        return parent.clearance / parent.volume


@dataclass(frozen=True)
class System:
    """A body with what else is integrated: areas under the amounts of some compartments [mg h] and, when something is
    infused, the supply, a state holding a constant input rate [mg/h]."""

    body: Body
    areas: tuple[int, ...] = ()
    infused: bool = False

    @property
    def supply(self) -> int:
        """The state whose value flows into the centre each hour, times availability; set and unset it to infuse."""
        return self.body.compartments + len(self.areas)

    @property
    def states(self) -> int:
        """Number of states."""
        return self.body.compartments + len(self.areas) + self.infused

    def area_of(self, compartment: int) -> int:
        """The state that holds the area under a compartment's amount."""
        return self.body.compartments + self.areas.index(compartment)

    def terms(self) -> tuple[Term, ...]:
        """All flows of the system."""
        one = np.ones(self.body.people)
        areas = (Term(self.area_of(of), of, one) for of in self.areas)
        supply = (Term(CENTRE, self.supply, one, self.body.availability_course()),) if self.infused else ()
        return (*self.body.terms(), *areas, *supply)
