"""The catalogue of products: what they are, what they cost, and whether a text about one is true."""
