"""What the people of an organisation write beside a call."""
