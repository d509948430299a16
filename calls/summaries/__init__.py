"""What the caller wanted: the structured output that an assistant's model makes of a call, read, stored and shown."""
