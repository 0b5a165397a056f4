"""Routing rules a desk may start with: what they say, installing them, and bringing them up to date later."""
