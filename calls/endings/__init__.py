"""Why a call ended, in plain words: Vapi's several hundred `endedReason` values as a small set of causes."""
