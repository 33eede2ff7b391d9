"""From what is known about drugs to concentrations and interactions: fills the arrays of `kinetics`."""
