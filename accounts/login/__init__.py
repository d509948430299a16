"""Signing in: the request, the mailed link, the code."""
