"""Erases calls, and all that is known of a caller: here at once, and at Vapi by tasks."""
