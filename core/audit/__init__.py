"""The record of who did what to whom."""
