"""Inviting an address, and accepting an invitation."""
