"""Faults that can be switched on for the stand-ins."""
