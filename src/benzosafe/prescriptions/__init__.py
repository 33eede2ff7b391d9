"""From request to dispensing: a life cycle with a safety gate, law, two-factor signature, counter-check and audit."""
