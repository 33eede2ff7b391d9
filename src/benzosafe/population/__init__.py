"""Whole populations: the official quality measures over many patients' records."""
