"""The audit log: actions, their actors and subjects."""
