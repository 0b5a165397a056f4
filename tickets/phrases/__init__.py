"""Canned replies: texts kept to be used again, with placeholders, in lengths and languages."""
