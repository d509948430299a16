"""What a call costs: Vapi's buckets, and the legs that Twilio bills."""
