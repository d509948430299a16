"""The calls of an organisation on its pages: the list with its filters, one call, and the list as a file."""
