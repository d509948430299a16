"""Every telephone conversation of an organisation: what Vapi tells of it, what was said, what it cost."""
