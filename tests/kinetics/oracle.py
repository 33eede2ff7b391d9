"""A second opinion on kinetics: the textbook equations by a tight ODE solver.

It shares no code with the product: perpetrators, enzymes and compartments are integrated together, person by person.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp


class Oracle:
    """One person. State: gut, centre, periphery, metabolites, supply, then per perpetrator two, then enzymes."""

    def __init__(self, system, interaction, person):
        self.system, self.interaction, self.p = system, interaction, person
        self.body = system.body

    def run(self, dosing, outputs_h):
        events = self._events(dosing)
        times = np.unique(np.concatenate([outputs_h, [time for time, *_ in events if time <= outputs_h[-1]]]))
        state = self._start()
        found = np.empty((len(outputs_h), self.body.compartments))
        for place, time in enumerate(times):
            if place:
                solved = solve_ivp(
                    self._slope, (times[place - 1], time), state, method="DOP853", rtol=1e-12, atol=1e-19
                )  # fmt: skip
                state = solved.y[:, -1]
            for when, index, amount in events:
                if when == time:
                    state[index] += amount
            for row in np.flatnonzero(outputs_h == time):
                found[row] = state[: self.body.compartments]
        return found

    def _events(self, dosing):
        n = self.body.compartments
        events = []
        for time, amount in zip(dosing.times_h, dosing.amounts_mg, strict=True):
            if dosing.over_h:
                events += [(time, n, amount / dosing.over_h), (time + dosing.over_h, n, -amount / dosing.over_h)]
            else:
                events.append((time, 1 if dosing.into_blood else 0, amount))
        for number, item in enumerate(self.interaction.perpetrators):
            events += [(t, n + 1 + 2 * number, d) for t, d in zip(item.doses_h, item.dose_shares, strict=True)]
        return [(round(time, 9), index, amount) for time, index, amount in events]

    def _start(self):
        n = self.body.compartments
        return np.concatenate(
            [np.zeros(n + 1 + 2 * len(self.interaction.perpetrators)), np.ones(len(self.interaction.sites))]
        )

    def _slope(self, time, y):
        dy = np.zeros_like(y)
        act = self._activities(y, dy, self._levels(y, dy))
        blend = [
            1 + sum(self.interaction.weights[c, s, self.p] * (a - 1) for s, a in enumerate(act))
            for c in range(self.body.courses)
        ]
        flow = self._drug(y, dy, act, blend[0])
        self._metabolites(y, dy, blend, flow)
        return dy

    def _levels(self, y, dy):
        """Each perpetrator's level, over that of its usual dose."""
        n, levels = self.body.compartments, []
        for number, item in enumerate(self.interaction.perpetrators):
            gut, blood = n + 1 + 2 * number, n + 2 + 2 * number
            k = np.log(2) / item.half_life_h
            dy[gut] = -item.ka_per_h * y[gut]
            dy[blood] = item.ka_per_h * y[gut] - k * y[blood]
            levels.append(24.0 * k * y[blood])
        return levels

    def _activities(self, y, dy, levels):
        """What is left of each enzyme at each site."""
        p, act = self.p, []
        first = self.body.compartments + 1 + 2 * len(levels)
        for number, site in enumerate(self.interaction.sites):
            kdeg = site.turnover_per_h[p]
            loss = fold = index = 0.0
            for which, influence in zip(site.perpetrators, site.influences, strict=True):
                x, h = levels[which], influence.half_level
                loss += influence.loss[p] * x
                index += influence.index[p] * x
                fold += influence.fold[p] * (x if np.isinf(h) else x * (1 + h) / (x + h))
            dy[first + number] = kdeg * (1 + fold) - kdeg * (1 + loss) * y[first + number]
            act.append(y[first + number] / (1 + index))
        return act

    def _drug(self, y, dy, act, blend):
        """The drug itself; gives what its clearance is over that with nothing taken beside."""
        body, p, n = self.body, self.p, self.body.compartments
        e = self.interaction.organs.extraction[p]
        fg = self.interaction.organs.gut_availability[p]
        flow = blend / (1 - e + e * blend)
        if self.interaction.availability is not None:
            f = self.interaction.availability[p]
        else:
            gut = act[self.interaction.gut] if self.interaction.gut >= 0 else 1.0
            f = self.interaction.organs.absorbed[p] / (1 + (1 / fg - 1) * gut) * (1 - e) / (1 - e + e * blend)
        cl = body.clearance[p] * flow
        dy[0] = -body.ka[p] * y[0]
        back = body.exchange[p] / body.peripheral[p] if body.peripheral[p] else 0.0
        dy[1] = body.ka[p] * f * y[0] - (cl + body.exchange[p]) / body.central[p] * y[1] + back * y[2] + f * y[n]
        dy[2] = body.exchange[p] / body.central[p] * y[1] - back * y[2]
        return flow

    def _metabolites(self, y, dy, blend, flow):
        body, p = self.body, self.p
        for number, m in enumerate(body.metabolites):
            if m.parent == 1:
                parent = body.clearance[p] / body.central[p]
            else:
                other = body.metabolites[m.parent - 3]
                parent = other.clearance[p] / other.volume[p]
            held_back = flow / blend[0] if m.parent == 1 else 1.0
            dy[3 + number] = m.formed[p] * parent * blend[2 + 2 * number] * held_back * y[m.parent]
            dy[3 + number] -= m.clearance[p] / m.volume[p] * blend[3 + 2 * number] * y[3 + number]
