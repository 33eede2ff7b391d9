"""The review of every patient: one function from rows to results, run here or by Spark."""
