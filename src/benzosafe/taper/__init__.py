"""From a dose that is taken to a plan of lower doses that a pharmacy can dispense, with the proof of every step."""
