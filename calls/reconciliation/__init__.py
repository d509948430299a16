"""Compares our calls with Vapi's list: adds what no message told, and ends what hangs."""
