"""After the prescription: what is due, what changed, what the supply and the tests show; signals, never verdicts."""
