"""Recordings of calls: fetched from Vapi, stored, played, and deleted after the days of the organisation."""
