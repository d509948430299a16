"""Names that the people of an organisation give to telephone numbers, and what is known of the caller behind one."""
