"""The page on which operators see calls, place them and switch faults on."""
