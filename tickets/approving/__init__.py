"""Answers that somebody else lets go: when one needs it, what becomes of it."""
