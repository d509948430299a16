"""Questions that assistants could not answer: collected from calls, and answered or set aside by people."""
