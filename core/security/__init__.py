"""Encryption at rest, rate limits, the client's address, redaction."""
