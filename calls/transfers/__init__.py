"""Transfers of calls to people: `artifact.transfers` of Vapi's report."""
