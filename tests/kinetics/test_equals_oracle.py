"""The closed solution agrees with a tight ODE solver that shares no code with it."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings

from benzosafe.kinetics.simulate import simulate
from benzosafe.kinetics.system import System
from tests.kinetics.builders import regimens
from tests.kinetics.oracle import Oracle

WORST_RELATIVE = 1e-6
OUTPUTS_H = np.arange(0.0, 145.0, 3.0)


@given(regimens())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_random_regimens_with_clearance_that_varies(regimen):
    body, interaction, dosing = regimen
    ours = simulate(System(body), interaction, dosing, OUTPUTS_H)[:, : body.compartments, 0]
    theirs = Oracle(System(body), interaction, 0).run(dosing, OUTPUTS_H)
    # Relative wherever there is drug to speak of: at least a hundred-thousandth of the highest amount.
    floor = 1e-5 * max(theirs[:, 1].max(), 1e-9)
    error = np.abs(ours - theirs) / np.maximum(np.abs(theirs), floor)
    assert error.max() <= WORST_RELATIVE, (error.max(), np.unravel_index(error.argmax(), error.shape))
