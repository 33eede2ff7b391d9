"""Rules applied to facts: findings, their order, and changes that help."""
