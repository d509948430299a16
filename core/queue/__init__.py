"""What django-tasks-db leaves to us: retry, recovery from dead workers, a schedule."""
