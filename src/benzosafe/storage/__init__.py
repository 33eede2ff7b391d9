"""What the service remembers: what it showed, kept silent about, was told, and what is to be done when."""
