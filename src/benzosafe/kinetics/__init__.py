"""Amounts and concentrations over time: arrays in, arrays out; no patients, no knowledge, no clock."""
