"""Requests to servers of third parties."""
