"""The mail somebody is written about their notices: words, links and headers. Sends nothing.

Names are other people's: nothing of them may begin a header or a tag. Private words are never in it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.choices import NoticeEvent
from tickets.models import Notice, NoticeSettings
from tickets.notices.headlines import headline, kind_of, urgency
from tickets.notices.places import place_of
from tickets.notices.reading import group
from tickets.notices.words import one_line, sentence

LONGEST_SUBJECT = 140
LONGEST_QUOTE = 500
_SALT = "notices.mail"
_REPORT_SALT = "notices.weekly_report"


def compose(
    person: User, wish: NoticeSettings, notices: Sequence[Notice], quotes: Mapping[int, str]
) -> EmailMultiAlternatives:
    """What is most urgent comes first. `notices`: one at least, the latest first; `quotes`: notice → the words it is
    about, where they may be quoted."""
    by_urgency = sorted(group(notices), key=lambda one: min(urgency(kind_of(notice)) for notice in one.notices))
    groups = [_told(one.ticket, one.notices, quotes, wish) for one in by_urgency]
    first = one_line(headline(notices)) if len(notices) > 1 else ""
    off = settings.PUBLIC_URL + reverse("mail_off", args=[sign(person)])
    around = {
        "groups": groups,
        "first": first,
        "off": off,
        "settings_url": settings.PUBLIC_URL + reverse("notice_settings"),
    }
    letter = EmailMultiAlternatives(
        subject=(first or _of_one(notices[0]))[:LONGEST_SUBJECT],
        body=render_to_string("notices/mail.txt", around),
        to=[person.email],
        headers=_headers(person, notices, off),
    )
    letter.attach_alternative(render_to_string("notices/mail.html", around), "text/html")
    return letter


def sign(person: User) -> str:
    """What a link carries by which somebody's mail is turned off without signing in."""
    return signing.dumps(person.pk, salt=_SALT)


def sign_for_report(person: User) -> str:
    """The same of their weekly report alone."""
    return signing.dumps(person.pk, salt=_REPORT_SALT)


def signer_of(token: str) -> tuple[User | None, bool]:
    """Whose mail is to be turned off, and whether the weekly report alone. Nobody: it was not signed here."""
    for salt in (_SALT, _REPORT_SALT):
        with suppress(signing.BadSignature):
            return User.objects.filter(pk=signing.loads(token, salt=salt)).first(), salt == _REPORT_SALT
    return None, False


def _told(ticket: Any, notices: Sequence[Notice], quotes: Mapping[int, str], wish: NoticeSettings) -> dict[str, Any]:
    return {
        "title": one_line(f"#{ticket.pk} {ticket.identity.shown_name}")
        if ticket
        else _("Several tickets, and accounts"),
        "number": ticket.pk if ticket else None,
        "url": settings.PUBLIC_URL + (reverse("ticket", args=[ticket.pk]) if ticket else reverse("notices")),
        "notices": [
            {
                "words": one_line(sentence(one)),
                "at": _shown(one.at, wish),
                "quote": "" if one.private else quotes.get(one.pk, "")[:LONGEST_QUOTE],
                "decide": settings.PUBLIC_URL + place_of(one) if one.event == NoticeEvent.APPROVAL else "",
            }
            for one in reversed(notices)
        ],
    }


def _shown(moment: datetime, wish: NoticeSettings) -> str:
    return f"{timezone.localtime(moment, wish.zone):%Y-%m-%d %H:%M %Z}"


def _of_one(notice: Notice) -> str:
    about = sentence(notice)
    return one_line(f"#{notice.ticket_id}: {about}" if notice.ticket_id else about)


def _headers(person: User, notices: Sequence[Notice], off: str) -> dict[str, str]:
    """The same mail sent again has the same id; what is about one ticket alone stands in one thread."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<notices.{person.pk}.{max(one.pk for one in notices)}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    tickets = {one.ticket_id for one in notices}
    if len(tickets) == 1 and (number := tickets.pop()) is not None:
        thread = f"<ticket.{number}.{person.pk}@{host}>"
        headers |= {"References": thread, "In-Reply-To": thread}
    return headers
