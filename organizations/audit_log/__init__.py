"""An organisation's audit page, and writing its events."""
