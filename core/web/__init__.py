"""Middleware, form fields, static files, and what pages of all apps share."""
