"""Creating, changing and deleting an organisation."""
