"""What was read about one patient, before any judgement."""
