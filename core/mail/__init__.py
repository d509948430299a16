"""Builds and sends mails."""
