"""Encryption at rest, rate limits, the client's IP address, redaction."""
