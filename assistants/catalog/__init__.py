"""The voices and the presets that owners choose from."""
