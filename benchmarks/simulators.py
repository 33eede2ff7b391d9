"""General simulators doing the job of `kinetics_job`, each in the quickest way found for it that keeps its accuracy.

Every class is built once (compiling is timed apart) and then run for some people, giving concentrations (outputs,
people) in mg/L. Doses: one repeating event in libroadrunner and COPASI, restarts in SciPy and diffrax; restarts in
libroadrunner took a third longer, one event a dose three times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log
from typing import Any

import kinetics_job as job
import numpy as np
from kinetics_job import Crowd, Floats

# Amounts are milligrams; every concentration looked at is far above this share of the relative tolerance.
ABSOLUTE_OF_RELATIVE = 1e-3
HOURS = 24 * job.DAYS

_RATES = {
    "constant": ("", "", "cl", "f"),
    "piecewise": ("on = 0;", "", "cl*(1 + on*(cl_held - 1))", "f + on*(f_held - f)"),
    "continuous": (
        "Ig = 0; Ib = 0;",
        """
  Ig' = -kb*Ig; Ib' = kb*Ig - ke*Ib;
  level := 24*ke*Ib;
  whole := 1 + share*(1/(1 + liver*level) - 1);
  flow := 1/(1 - e + e*whole);
  wall := 1/(1 + gut*level);""",
        "cl*whole*flow",
        "absorbed/(1 + (1/survival - 1)*wall)*(1 - e)*flow",
    ),
}


def antimony_model(variant: str) -> str:
    """The job as text: one event gives a dose every eight hours and counts them in n; the first is there at the start.

    An event at hour 0 would be carried out by libroadrunner's reset, before a person's values are set. The inhibitor's
    depot is emptied once it holds less than 1e-90: libroadrunner scales its tolerance by what is there at each event,
    and gives up when that vanishes (its issue 1349).
    """
    start, rules, clearance, availability = _RATES[variant]
    first, last = int(job.INHIBITOR_FROM_H / job.EVERY_H), int(job.INHIBITOR_TO_H / job.EVERY_H)
    within = f"n >= {first} && n < {last}"
    more = {
        "constant": "",
        "piecewise": f", on = piecewise(1, {within}, 0)",
        "continuous": f", Ig = piecewise(Ig, n < {last + 9}, 0) + piecewise(1, {within} && n - 3*floor(n/3) == 0, 0)",
    }[variant]
    return f"""model taper
  G = {job.FIRST_MG}; C = 0; P = 0; tick = 0; n = 1; {start}
  ka = 2; cl = 24; v = 30; q = 20; w = 48; f = 0.3; cl_held = 1; f_held = 0.3; liver = 1; gut = 1;
  kb = {job.TAKEN_UP!r}; ke = {float(job.ELIMINATED)!r}; share = {job.SHARE}; e = {job.EXTRACTION};
  survival = {job.GUT_SURVIVAL}; absorbed = {job.ABSORBED};{rules}
  G' = -ka*G;
  C' = ka*({availability})*G - ({clearance} + q)/v*C + q/w*P;
  P' = q/v*C - q/w*P;
  tick' = 1;
  dose: at (tick >= {job.EVERY_H}):
    G = G + {job.FIRST_MG}*(1 - floor((n + 0.5)/{job.DOSES_A_WEEK})/{job.WEEKS}), tick = 0, n = n + 1{more};
end"""


def sbml(variant: str) -> str:
    import antimony

    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(antimony_model(variant)) < 0:
        raise ValueError(antimony.getLastError())
    return str(antimony.getSBMLString("taper"))


def of_each(people: Crowd) -> Iterator[dict[str, float]]:
    """What differs between people, by the names in the model."""
    rest, held = people.held(0.0), people.held(1.0)
    columns = {
        "ka": people.ka, "cl": people.clearance, "v": people.central, "q": people.exchange, "w": people.peripheral,
        "f": rest[1], "cl_held": held[0], "f_held": held[1], "liver": people.liver_index, "gut": people.gut_index,
    }  # fmt: skip
    for person in range(people.people):
        yield {name: float(values[person]) for name, values in columns.items()}


class Libroadrunner:
    """SBML compiled to machine code, CVODE."""

    def __init__(self, variant: str, tolerance: float, method: str) -> None:
        import roadrunner

        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self.version = f"libroadrunner {roadrunner.__version__}"
        self.runner = roadrunner.RoadRunner(sbml(variant))
        self.runner.timeCourseSelections = ["C"]
        self.runner.integrator.relative_tolerance = tolerance
        self.runner.integrator.absolute_tolerance = tolerance * ABSOLUTE_OF_RELATIVE
        self.runner.integrator.maximum_num_steps = 1_000_000
        self.runner.integrator.stiff = method == "BDF"
        self.names = list(self.runner.model.getGlobalParameterIds())

    def run(self, people: Crowd) -> Floats:
        found = np.empty((HOURS + 1, people.people))
        places: list[int] | None = None
        for number, person in enumerate(of_each(people)):
            person["n"] = 1.0
            places = places or [self.names.index(name) for name in person]
            self.runner.reset()
            self.runner.model.setGlobalParameterValues(places, list(person.values()))
            found[:, number] = self.runner.simulate(0, HOURS, HOURS + 1)[:, 0]
            found[:, number] /= person["v"]
        return found


class Copasi:
    """SBML in COPASI, its deterministic method (LSODA)."""

    def __init__(self, variant: str, tolerance: float, method: str) -> None:
        import basico
        import COPASI

        self.version = f"COPASI {COPASI.__version__}, basico {basico.__version__}"
        self.basico, self.copasi = basico, COPASI
        self.model = basico.load_model_from_string(sbml(variant)).getModel()
        self.options = {
            "start_time": 0, "duration": HOURS, "intervals": HOURS, "method": "deterministic", "max_steps": 1_000_000,
            "r_tol": tolerance, "a_tol": tolerance * ABSOLUTE_OF_RELATIVE,
        }  # fmt: skip

    def run(self, people: Crowd) -> Floats:
        found = np.empty((HOURS + 1, people.people))
        for number, person in enumerate(of_each(people)):
            changed = self.copasi.ObjectStdVector()
            for name, value in person.items():
                quantity = self.model.getModelValue(name)
                quantity.setInitialValue(value)
                changed.append(quantity.getInitialValueReference())
            self.model.updateInitialValues(changed)
            table = self.basico.run_time_course_with_output(["Time", "Values[C]"], **self.options)
            found[:, number] = table["Values[C]"].to_numpy() / person["v"]
        return found


class Scipy:
    """odeint (LSODA) restarted at every dose; the slope is plain Python."""

    def __init__(self, variant: str, tolerance: float, method: str) -> None:
        import scipy

        self.version, self.variant = f"SciPy {scipy.__version__}", variant
        self.options = {"rtol": tolerance, "atol": tolerance * ABSOLUTE_OF_RELATIVE, "tfirst": True}

    def run(self, people: Crowd) -> Floats:
        from scipy.integrate import odeint

        found = np.empty((HOURS + 1, people.people))
        hours, doses = np.arange(job.EVERY_H + 1), job.doses_mg()
        steps = len(hours) - 1
        for number, person in enumerate(of_each(people)):
            state = np.zeros(5 if self.variant == "continuous" else 3)
            slopes = self._slopes(person)
            for n, dose in enumerate(doses):
                state[0] += dose
                inhibited = job.INHIBITOR_FROM_H <= n * job.EVERY_H < job.INHIBITOR_TO_H
                if len(state) == 5 and inhibited and n % 3 == 0:
                    state[3] += 1.0
                course = odeint(slopes[inhibited], state, hours, **self.options)
                found[n * steps : (n + 1) * steps + 1, number] = course[:, 1]
                state = course[-1]
            found[:, number] /= person["v"]
        return found

    def _slopes(self, person: dict[str, float]) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """The slope at rest, and that while the inhibitor is taken."""
        if self.variant == "continuous":
            return (_varying_slope(person),) * 2
        held = person["cl"] * person["cl_held"], person["f_held"]
        rest = _fixed_slope(person, person["cl"], person["f"])
        return rest, rest if self.variant == "constant" else _fixed_slope(person, *held)


def _fixed_slope(person: dict[str, float], clearance: float, f: float) -> Callable[..., Any]:
    ka, out, back = person["ka"], person["q"] / person["v"], person["q"] / person["w"]
    loss = clearance / person["v"] + out

    def slope(time: float, y: Floats) -> tuple[float, ...]:
        g, c, p = y.tolist()
        up = ka * g
        return -up, f * up - loss * c + back * p, out * c - back * p

    return slope


def _varying_slope(person: dict[str, float]) -> Callable[..., Any]:
    ka, out, back = person["ka"], person["q"] / person["v"], person["q"] / person["w"]
    rate, liver, gut = person["cl"] / person["v"], person["liver"], person["gut"]
    kb, ke, e, lost = job.TAKEN_UP, log(2.0) / job.INHIBITOR_HALF_LIFE_H, job.EXTRACTION, 1.0 / job.GUT_SURVIVAL - 1.0

    def slope(time: float, y: Floats) -> tuple[float, ...]:
        g, c, p, ig, ib = y.tolist()
        level = 24.0 * ke * ib
        whole = 1.0 + job.SHARE * (1.0 / (1.0 + liver * level) - 1.0)
        flow = 1.0 / (1.0 - e + e * whole)
        f = job.ABSORBED / (1.0 + lost / (1.0 + gut * level)) * (1.0 - e) * flow
        up, taken = ka * g, kb * ig
        return -up, f * up - (rate * whole * flow + out) * c + back * p, out * c - back * p, -taken, taken - ke * ib

    return slope


class Diffrax:
    """jax.vmap over people, each scanning from dose to dose; compiled by XLA, double precision."""

    def __init__(self, variant: str, tolerance: float, method: str) -> None:
        import diffrax
        import jax

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        self.version = f"diffrax {diffrax.__version__}, jax {jax.__version__}"
        self.variant = variant
        self.solver = getattr(diffrax, method)()
        self.control = diffrax.PIDController(rtol=tolerance, atol=tolerance * ABSOLUTE_OF_RELATIVE)
        self.solve = jax.jit(jax.vmap(self._one))

    def run(self, people: Crowd) -> Floats:
        persons = list(of_each(people))
        columns = {name: np.array([person[name] for person in persons]) for name in persons[0]}
        return np.asarray(self.solve(columns).block_until_ready()).T / people.central

    def _one(self, person: dict[str, Any]) -> Any:
        import diffrax
        from jax import lax
        from jax import numpy as jnp

        states = 5 if self.variant == "continuous" else 3
        number = np.arange(len(job.doses_mg()))
        inhibited = (number * job.EVERY_H >= job.INHIBITOR_FROM_H) & (number * job.EVERY_H < job.INHIBITOR_TO_H)
        doses = np.zeros((len(number), states))
        doses[:, 0] = job.doses_mg()
        if states == 5:
            doses[inhibited & (number % 3 == 0), 3] = 1.0
        hours = jnp.arange(1.0, job.EVERY_H + 1)

        def from_dose(state: Any, given: Any) -> Any:
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(self._slope), self.solver, 0.0, job.EVERY_H, 0.05, state + given[0], (person, given[1]),
                saveat=diffrax.SaveAt(ts=hours), stepsize_controller=self.control, max_steps=100_000,
            ).ys  # fmt: skip
            return found[-1], found[:, 1]

        on = inhibited * (1.0 if self.variant == "piecewise" else 0.0)
        _, course = lax.scan(from_dose, jnp.zeros(states), (jnp.array(doses), jnp.array(on)))
        return jnp.concatenate([jnp.zeros(1), course.ravel()])

    def _slope(self, time: Any, y: Any, given: Any) -> Any:
        from jax import numpy as jnp

        person, on = given
        out, back, up = person["q"] / person["v"], person["q"] / person["w"], person["ka"] * y[0]
        if self.variant != "continuous":
            f = person["f"] + on * (person["f_held"] - person["f"])
            loss = person["cl"] / person["v"] * (1.0 + on * (person["cl_held"] - 1.0))
            return jnp.stack([-up, f * up - (loss + out) * y[1] + back * y[2], out * y[1] - back * y[2]])
        level, e = 24.0 * job.ELIMINATED * y[4], job.EXTRACTION
        whole = 1.0 + job.SHARE * (1.0 / (1.0 + person["liver"] * level) - 1.0)
        flow = 1.0 / (1.0 - e + e * whole)
        wall = 1.0 + (1.0 / job.GUT_SURVIVAL - 1.0) / (1.0 + person["gut"] * level)
        f, loss = job.ABSORBED / wall * (1.0 - e) * flow, person["cl"] / person["v"] * whole * flow
        taken = job.TAKEN_UP * y[3]
        return jnp.stack([
            -up, f * up - (loss + out) * y[1] + back * y[2], out * y[1] - back * y[2],
            -taken, taken - job.ELIMINATED * y[4],
        ])  # fmt: skip


PEERS: tuple[tuple[str, type[Any], str, float], ...] = (
    ("libroadrunner", Libroadrunner, "BDF", 1e-6),
    ("libroadrunner", Libroadrunner, "Adams", 1e-6),
    ("libroadrunner", Libroadrunner, "Adams", 1e-7),
    ("libroadrunner", Libroadrunner, "Adams", 1e-10),
    ("COPASI", Copasi, "LSODA", 1e-6),
    ("COPASI", Copasi, "LSODA", 1e-10),
    ("SciPy", Scipy, "LSODA", 1e-6),
    ("SciPy", Scipy, "LSODA", 1e-10),
    ("diffrax", Diffrax, "Tsit5", 1e-6),
    ("diffrax", Diffrax, "Dopri8", 1e-10),
)
