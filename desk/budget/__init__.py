"""What an organisation wants to spend in a month, who is warned, and callers who call more often than it likes."""
