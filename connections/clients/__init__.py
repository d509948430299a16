"""Typed clients of the providers. Whatever goes wrong leaves them as a ProviderError."""
