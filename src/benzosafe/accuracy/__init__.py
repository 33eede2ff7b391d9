"""How well predictions agree with published studies: rows in, scores out, hits and misses alike."""
