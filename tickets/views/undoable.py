"""What is said of something done carries how it is undone there: the address a button beside it posts to, with fields.

A template reads it with `undone_at` (tickets/templatetags/desk.py).
"""

from urllib.parse import urlencode

from django.urls import reverse


def undo_at(name: str, *where: object, **fields: object) -> str:
    """For `extra_tags`. The last field is the button's own."""
    return f"{reverse(name, args=where)}?{urlencode(fields)}"
