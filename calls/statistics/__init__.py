"""Figures over many calls: sums by quarter of an hour, kept exact by the transactions that change calls."""
