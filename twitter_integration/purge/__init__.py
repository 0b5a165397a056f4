"""Everything X gave us about an account is removed, and the proof of it."""
