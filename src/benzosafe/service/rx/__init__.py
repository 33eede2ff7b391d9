"""Prescriptions over HTTP: sessions, the life cycle, accounts and the audit chain, under /rx."""
