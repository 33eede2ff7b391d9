"""Steps of the schema; each runs once, in order."""
