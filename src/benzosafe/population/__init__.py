"""Whole populations: records into rows, rows into buckets of patients, and what is asked of every bucket."""
