"""Twilio's REST API, and the test call from an organisation's number."""
