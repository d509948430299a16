"""Trying an assistant: a chat and a test call."""
