"""Accounts at Vapi: model, form, API client and services."""
