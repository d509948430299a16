"""Accounts at Twilio: model, form, API client, services and the test call."""
