"""The user's own data: name, picture, closing the account."""
