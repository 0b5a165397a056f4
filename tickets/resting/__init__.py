"""Tickets that rest: put aside until later, or ended by their age. In words: docs/rules.md."""
