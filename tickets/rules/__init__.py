"""Routing rules: what they ask, how they decide, their versions and dry runs."""
