"""What somebody chose for every page, as it was read with them (tickets.zones.backend): no statement of its own."""

from django.contrib.auth.models import AnonymousUser, User

from tickets.models import NoticeSettings

THEME_COOKIE = "theme"


def wish_of(user: User | AnonymousUser) -> NoticeSettings | None:
    """None: everything is as it comes."""
    if not user.is_authenticated:
        return None
    try:
        return user.notice_settings
    except NoticeSettings.DoesNotExist:
        return None
