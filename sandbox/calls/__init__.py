"""The calls that the stand-in simulates: their script, recording and webhooks."""
