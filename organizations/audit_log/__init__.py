"""The organisation's audit page: its rows in words, filters and paging."""
