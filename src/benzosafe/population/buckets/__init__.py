"""Rows into buckets of patients on disk, so that memory never grows with their number; and what is done."""
