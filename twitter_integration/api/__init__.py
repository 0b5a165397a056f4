"""X's part of the REST API: what can be done with an account, each action at an address of its own, and its record."""
