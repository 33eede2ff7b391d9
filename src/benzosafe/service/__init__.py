"""The HTTP service: trust, limits and records around the same review that the command line gives."""
