"""How the shift goes: what waits now and where, who is at it, what was done since midnight, how the accounts are."""
