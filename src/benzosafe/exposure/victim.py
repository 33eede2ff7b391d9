"""A benzodiazepine or Z-drug as the kinetics see it: compartments, liver and gut, shares of its enzymes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benzosafe.errors import InputRefused, nearest
from benzosafe.exposure.draws import Draws, typical
from benzosafe.kinetics.arrays import Floats
from benzosafe.kinetics.organs import Organs
from benzosafe.kinetics.system import CENTRE, Body, Metabolite
from benzosafe.knowledge.kinetics_model import ActiveMetabolite, Covariate, Disposition, Route, Uptake
from benzosafe.knowledge.load import Knowledge
from benzosafe.knowledge.model import Drug, Quantity

Traits = frozenset[Covariate]
NO_TRAITS: Traits = frozenset()

_OWN_CLASSES = {"benzodiazepine", "z_drug"}
_MOST_EXTRACTED = 0.95
_WORTH_COUNTING = 0.2  # a metabolite below a fifth of all active drug decides little
_ACTIVITY_BY_GENOTYPE: dict[Covariate, float] = {
    "cyp2c19_poor": 0.0,
    "cyp2c19_intermediate": 0.5,
    "cyp2c19_rapid": 1.3,
}


@dataclass(frozen=True)
class Victim:
    """One drug by one route in N people (or N draws of the parameters).

    `shares` and `metabolite_shares`: enzyme to the share of intrinsic clearance; `formation`: for each metabolite the
    share of its formation by enzyme. `availability`: share reaching the blood for routes that bypass gut and liver.
    """

    disposition: Disposition
    route: Route
    body: Body
    organs: Organs
    shares: dict[str, Floats]
    formation: tuple[dict[str, Floats], ...]
    metabolite_shares: tuple[dict[str, Floats], ...]
    analytes: tuple[str, ...]
    availability: Floats | None
    dose_factor: float
    lag_h: float
    over_h: float
    into_blood: bool
    sensitive_to: frozenset[Covariate]

    @property
    def analyte(self) -> str:
        """The analyte of the first compartment measured."""
        return self.disposition.analyte

    def compartment_of(self, analyte: str) -> int:
        """The compartment that holds an analyte."""
        return CENTRE if analyte == self.analyte else 3 + self.analytes.index(analyte) - 1

    def half_life_h(self) -> Floats:
        """Terminal half-life of the drug itself at rest [h]."""
        body = self.body
        k10, k12 = body.clearance / body.central, body.exchange / body.central
        k21 = np.divide(body.exchange, body.peripheral, out=np.zeros_like(k12), where=body.peripheral > 0)
        total = k10 + k12 + k21
        slow = 0.5 * (total - np.sqrt(np.maximum(total**2 - 4.0 * k10 * k21, 0.0)))
        return np.asarray(np.log(2.0) / np.where(body.exchange > 0, slow, k10))

    def active_shares(self) -> Floats:
        """Share of each analyte in all active drug at rest, by steady level [1], shape (analytes, people)."""
        body = self.body
        clearances, levels = [body.clearance], [np.ones(body.people)]
        for made in body.metabolites:
            parent = 0 if made.parent == CENTRE else made.parent - 2
            levels.append(made.formed * clearances[parent] * levels[parent] / made.clearance)
            clearances.append(made.clearance)
        return np.asarray(np.stack(levels) / np.sum(levels, axis=0))

    def counted_traits(self, traits: Traits) -> set[Covariate]:
        """Those traits that change the clearance or volume of the drug or of an active metabolite here."""
        return set(traits) & self.sensitive_to

    def main_analytes(self) -> list[int]:
        """The drug itself (0) and each active metabolite that is a fifth or more of all active drug."""
        shares = self.active_shares()[:, 0]
        return [0, *(place for place in range(1, len(shares)) if shares[place] >= _WORTH_COUNTING)]


def disposition_of(knowledge: Knowledge, name: str) -> tuple[Disposition, float]:
    """The disposition of a drug and mg of its analyte per mg of drug; for prodrugs that of what they become."""
    if name in knowledge.dispositions:
        return knowledge.dispositions[name], 1.0
    for disposition in knowledge.dispositions.values():
        if name in disposition.formed_from_mg_per_mg:
            return disposition, typical(disposition.formed_from_mg_per_mg[name])
    known = [*knowledge.dispositions, *(p for d in knowledge.dispositions.values() for p in d.formed_from_mg_per_mg)]
    drug = knowledge.drugs.get(name)
    if not _is_victim(drug) and knowledge.names.knows(name):
        raise InputRefused(
            "is not a benzodiazepine or Z-drug.", where=name,
            next_step="Name it with --with, or as the second drug of predict.",
        )  # fmt: skip
    if drug is not None:
        raise InputRefused(
            "cannot be simulated, because no clearance and volume with a source are known.", where=name,
            next_step=f"Drugs that can: {', '.join(sorted(set(known) & set(knowledge.drugs)))}.",
        )  # fmt: skip
    raise InputRefused(f"no such drug.{nearest(name, known)}", where=name, next_step="Check the spelling.")


def _is_victim(drug: Drug | None) -> bool:
    return drug is not None and (drug.benzodiazepine is not None or not _OWN_CLASSES.isdisjoint(drug.classes))


def build_victim(
    knowledge: Knowledge, name: str, route: Route, draws: Draws, traits: Traits = NO_TRAITS, class_shares: bool = False
) -> Victim:
    """A drug by a route; `class_shares` ignores measured shares and uses the enzyme's role only (for testing)."""
    disposition, factor = disposition_of(knowledge, name)
    uptake = _uptake(disposition, route, name)
    chain = _metabolites(knowledge, disposition)
    body = _body(disposition, uptake, chain, draws, traits)
    organs = _organs(knowledge, disposition, disposition.routes.get("oral"), body, draws)
    shares = _shares(knowledge, disposition, draws, traits, class_shares)
    oral = route == "oral"
    return Victim(
        disposition, route, body, organs, shares,
        tuple(_formation(shares if part == disposition else _shares(knowledge, part, draws, traits), link.pathways)
              for part, link, _ in chain),
        tuple(_shares(knowledge, made, draws, traits) for _, _, made in chain),
        (disposition.analyte, *(made.analyte for *_, made in chain)),
        None if oral else draws.share(uptake.bioavailability, f"{disposition.analyte}.{route}.f"),
        factor, typical(uptake.lag_h) if uptake.lag_h else 0.0,
        typical(uptake.constant_over_h) if uptake.constant_over_h else 0.0, route == "intravenous",
        frozenset().union(*(_sensitive_to(part) for part in (disposition, *(made for *_, made in chain)))),
    )  # fmt: skip


def _sensitive_to(disposition: Disposition) -> set[Covariate]:
    """Traits with a published effect, and the genotypes of an enzyme with a known share."""
    genotypes: set[Covariate] = set(_ACTIVITY_BY_GENOTYPE) if _cyp2c19_share(disposition) is not None else set()
    return {effect.when for effect in disposition.covariates} | genotypes


def _cyp2c19_share(disposition: Disposition) -> Quantity | None:
    return next((item.share for item in disposition.shares if item.enzyme == "cyp2c19"), None)


def _uptake(disposition: Disposition, route: Route, name: str) -> Uptake:
    if route in disposition.routes:
        return disposition.routes[route]
    have = ", ".join(disposition.routes) or "none"
    raise InputRefused(
        f"cannot be simulated by the {route} route, because its uptake is not known.", where=name,
        next_step=f"Known routes: {have}.",
    )  # fmt: skip


Link = tuple[Disposition, ActiveMetabolite, Disposition]


def _metabolites(knowledge: Knowledge, disposition: Disposition) -> list[Link]:
    """(parent, link, metabolite) along the chain of active metabolites, each analyte once."""
    found: list[Link] = []
    waiting, seen = [disposition], {disposition.analyte}
    while waiting:
        parent = waiting.pop(0)
        for link in parent.metabolites:
            made = knowledge.dispositions[link.analyte]
            if made.analyte not in seen:
                seen.add(made.analyte)
                found.append((parent, link, made))
                waiting.append(made)
    return found


def _body(disposition: Disposition, uptake: Uptake, chain: list[Link], draws: Draws, traits: Traits) -> Body:
    name = disposition.analyte
    clearance, volume = _trait_factors(disposition, traits, draws)
    places = [disposition.analyte, *(made.analyte for *_, made in chain)]
    metabolites = []
    for parent, link, made in chain:
        slower, wider = _trait_factors(made, traits, draws)
        metabolites.append(
            Metabolite(
                draws.positive(link.formed_mg_per_mg, f"{made.analyte}.formed"),
                draws.positive(made.clearance_l_per_h, f"{made.analyte}.clearance") * slower,
                _whole_volume(made, draws) * wider,
                CENTRE if parent.analyte == name else 2 + places.index(parent.analyte),
            )
        )
    none = draws.constant(0.0)
    ka = uptake.ka_per_h
    return Body(
        draws.positive(ka, f"{name}.ka") if ka else draws.constant(1.0),
        draws.positive(disposition.clearance_l_per_h, f"{name}.clearance") * clearance,
        draws.positive(disposition.central_volume_l, f"{name}.volume") * volume,
        draws.positive(disposition.exchange_l_per_h, f"{name}.exchange") * volume
        if disposition.exchange_l_per_h else none,
        draws.positive(disposition.peripheral_volume_l, f"{name}.volume") * volume
        if disposition.peripheral_volume_l else none,
        tuple(metabolites),
    )  # fmt: skip


def _whole_volume(made: Disposition, draws: Draws) -> Floats:
    """A metabolite is one compartment: both of its volumes joined."""
    whole = draws.positive(made.central_volume_l, f"{made.analyte}.volume")
    if made.peripheral_volume_l is not None:
        whole = whole + draws.positive(made.peripheral_volume_l, f"{made.analyte}.volume")
    return whole


def _trait_factors(disposition: Disposition, traits: Traits, draws: Draws) -> tuple[Floats, Floats]:
    """How a person's traits multiply clearance and volume: as published for this drug, else by its share of CYP2C19."""
    clearance = volume = draws.constant(1.0)
    measured = {effect.when for effect in disposition.covariates if effect.clearance is not None}
    share = _cyp2c19_share(disposition)
    for trait, left in _ACTIVITY_BY_GENOTYPE.items():
        if trait in traits and trait not in measured and share is not None:
            clearance = clearance * (1.0 - draws.share(share, f"{disposition.analyte}.cyp2c19") * (1.0 - left))
    for effect in disposition.covariates:
        if effect.when in traits:
            name = f"{disposition.analyte}.{effect.when}"
            if effect.clearance is not None:
                clearance = clearance * draws.positive(effect.clearance, f"{name}.clearance")
            if effect.volume is not None:
                volume = volume * draws.positive(effect.volume, f"{name}.volume")
    return clearance, volume


def _organs(knowledge: Knowledge, disposition: Disposition, oral: Uptake | None, body: Body, draws: Draws) -> Organs:
    """Extraction at rest; what is absorbed follows from the whole bioavailability by mouth."""
    name = disposition.analyte
    flow = draws.positive(knowledge.parameters["liver_blood_flow_l_per_h"], "liver_blood_flow")
    ratio = disposition.blood_plasma_ratio
    blood_clearance = body.clearance / (draws.positive(ratio, f"{name}.ratio") if ratio else 1.0)
    extraction = np.minimum(blood_clearance / flow, _MOST_EXTRACTED)
    gut = disposition.gut_availability
    survival = draws.share(gut, f"{name}.gut") if gut and typical(gut) < 1 else draws.constant(1.0)
    whole = draws.share(oral.bioavailability, f"{name}.oral.f") if oral else draws.constant(1.0)
    return Organs(extraction, survival, np.minimum(whole / (survival * (1.0 - extraction)), 1.0))


def _shares(
    knowledge: Knowledge, disposition: Disposition, draws: Draws, traits: Traits, class_shares: bool = False
) -> dict[str, Floats]:
    """Share of intrinsic clearance by enzyme; what a genotype lacks is taken out and the rest scaled up."""
    name = disposition.analyte
    found: dict[str, Floats] = {
        item.enzyme: draws.share(item.share, f"{name}.{item.enzyme}") for item in disposition.shares
    }
    if class_shares:
        found = _role_shares(knowledge, disposition, draws)
    total = np.sum(list(found.values()), axis=0) if found else draws.constant(0.0)
    found = {enzyme: share / np.maximum(total, 1.0) for enzyme, share in found.items()}
    for trait, left in _ACTIVITY_BY_GENOTYPE.items():
        if trait in traits and "cyp2c19" in found:
            scale = 1.0 - found["cyp2c19"] * (1.0 - left)
            found = {e: (s * left if e == "cyp2c19" else s) / scale for e, s in found.items()}
    return found


def _role_shares(knowledge: Knowledge, disposition: Disposition, draws: Draws) -> dict[str, Floats]:
    """Shares from the roles in the drug's own file, as if nobody had measured them."""
    drug = knowledge.drugs.get(disposition.analyte)
    pathways = drug.metabolism if drug else ()
    share = {role: knowledge.parameters[f"role_{role}_share"] for role in ("major", "minor")}
    return {
        item.enzyme: draws.share(share[item.role], f"{disposition.analyte}.{item.enzyme}.role")
        for item in pathways
        if item.role != "none"
    }


def _formation(shares: dict[str, Floats], pathways: tuple[str, ...]) -> dict[str, Floats]:
    """By which enzymes a metabolite is formed: the named ones, in proportion; else all of the parent's."""
    own = {enzyme: share for enzyme, share in shares.items() if enzyme in pathways}
    if not own:
        return shares
    total = np.sum(list(own.values()), axis=0)
    return {enzyme: share / total for enzyme, share in own.items()}
