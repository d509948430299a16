"""The state machine of a call: any order, repetition or loss of what Vapi tells ends in the same row."""
