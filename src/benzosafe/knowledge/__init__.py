"""What is known about drugs, conditions, measurements and rules, as data with sources."""
