"""Vapi's REST API."""
