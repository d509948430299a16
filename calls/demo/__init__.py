"""Invented calls, so that a first look is at a living history, and so that large histories can be measured."""
