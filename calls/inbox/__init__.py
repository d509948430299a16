"""Messages of Vapi: received, stored once, and worked through in the queue."""
