"""Answers that nobody writes: when one may be given, and who wants none."""
