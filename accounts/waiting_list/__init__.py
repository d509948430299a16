"""Addresses of people who wish for an account while sign-up is by invitation only."""
