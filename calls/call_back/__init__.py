"""Calling a caller back with an assistant."""
