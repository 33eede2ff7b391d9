"""Every truth, number and word a rule may name, computed from what was read."""
