"""A ticket's history in words."""
