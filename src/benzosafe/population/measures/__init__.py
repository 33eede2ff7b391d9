"""Quality measures: each patient counted, each population, and what could not be counted."""
