"""What the admin's skin is told of ours (settings.UNFOLD): its style sheet, and the theme."""

from django.http import HttpRequest
from django.templatetags.static import static


def css(_request: object) -> str:
    return static("css/admin.css")


def theme_script(_request: object) -> str:
    return static("js/admin_theme.js")


def theme(request: HttpRequest) -> str | None:
    """The desk's, as the person chose it there or here, in the cookie of tickets/zones/middleware.py; None: as
    their system has it."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else None
