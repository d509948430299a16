"""Sessions, devices and the account's recent history."""
