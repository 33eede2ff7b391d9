"""Begin and raise a dose: which source's regimen fits the person, what lowers it, and what tablets make of it."""
