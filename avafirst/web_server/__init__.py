"""Gunicorn's worker: receives requests without threads, and shares connections between processes."""
