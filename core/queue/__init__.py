"""Adds to django-tasks-db: retry, recovery from dead workers, a schedule."""
