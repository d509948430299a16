"""Whether callers are answered: number ─ Twilio ─ Vapi ─ assistant, one cause, one button, the same on every page."""
