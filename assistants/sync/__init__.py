"""Keeping each assistant's copy at Vapi equal to its row."""
