"""Who gets which ticket: by turns, by load, by skill, to whom the customer knows; who is there, and what becomes of the
work of who leaves. In words: docs/rules.md, "Assignment: who gets it?"."""
