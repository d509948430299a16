"""What an organisation tells its callers: opening hours, address, prices, and answers to its own questions."""
