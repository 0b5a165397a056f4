"""Small parts of every page that ask for more than what they show. What they mean is decided elsewhere."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django import template
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import Message as Said
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kapture import languages
from kapture.people import not_here, shown_name
from tickets.channels import Deed, channel_named, title_of
from tickets.choices import Visibility
from tickets.composing.by_hand import LONGEST_LINK, PLACE
from tickets.composing.weighing import counted_on, weigh
from tickets.models import Address, Message, MessageVersion, OutboxEntry, SlaPause, Ticket
from tickets.models.departed import doer_of
from tickets.permissions import may_on
from tickets.reading.context import Desk
from tickets.resting.telling import told
from tickets.sending.waiting import span_words
from tickets.shown import deadlines
from tickets.shown.clocks import Shown
from tickets.templatetags.saying import is_web_address, render_text
from tickets.wording.directions import direction_of
from tickets.wording.rewordings import Stretch, reworded
from tickets.wording.spans import span_of

register = template.Library()
register.filter("said", languages.say)

LONG_TEXT = 1500  # signs; five times what most posts may hold


@register.filter
def works_on(desk: Desk, ticket: Ticket) -> bool:
    """Whether this person may change it; one that was brought to another is changed there. Asked once a page."""
    kind = ticket.queue_id, ticket.private
    found = desk.works_on.get(kind)
    if found is None:
        found = desk.works_on[kind] = may_on(desk.user, "work", ticket)
    return found and ticket.merged_into_id is None


@register.filter
def sends_on(desk: Desk, ticket: Ticket | None) -> bool:
    """Whether this person may answer there; of what is on no ticket, who may send at all."""
    return desk.sends if ticket is None else may_on(desk.user, "send", ticket)


@register.simple_tag
def by_hand_link(ticket: Ticket, message: Message) -> str:
    """Where a person gives this answer on the channel itself, with a place for its text; empty where there is none."""
    private, channel = message.visibility == Visibility.PRIVATE, channel_named(ticket.address.channel)
    to = message.identity.external_id if message.identity else ""
    return channel.by_hand(private=private, in_reply_to=message.in_reply_to, recipient=to, text=PLACE)


@register.simple_tag
def there_link(message: Message) -> str:
    """The same for what is on no ticket, its text in place; without it where a link would be too long."""
    channel, texts = channel_named(message.address.channel), (message.text, "")
    about: dict[str, Any] = {"in_reply_to": message.in_reply_to, "quote_of": message.quote_of}
    links = (channel.by_hand(private=False, recipient="", text=text, **about) for text in texts)
    return next((link for link in links if len(link) <= LONGEST_LINK), "")


@register.simple_tag
def circle_words(entry: OutboxEntry) -> str:
    """Who may answer it, as the channel says it."""
    return channel_named(entry.address.channel).circles().get(entry.circle, entry.circle)


@register.filter
def of_key(rows: Any, key: Any) -> Any:
    """What a table holds under a key; empty where there is neither."""
    return rows.get(key, "") if isinstance(rows, Mapping) else ""


@register.filter
def until_short(at: datetime) -> str:
    """A moment to put aside to, on the clock of who reads."""
    return told(at, timezone.now(), timezone.get_current_timezone())


@register.filter
def reasons(deeds: Iterable[Deed]) -> list[str]:
    """Why some of them are closed, each reason once."""
    return list(dict.fromkeys(deed.why_not for deed in deeds if deed.why_not))


@register.inclusion_tag("tickets/counted.html")
def counter(
    address: Address,
    text: str,
    sheet: str,
    *,
    private: bool = False,
    handle: str = "",
    parts_name: str = "parts",
) -> dict[str, Any]:
    """How long a text counts, and the parts of what is too long, on a sheet that is no composer."""
    told = weigh(address, text, private=private, handle=lambda: handle)
    return told | counted_on(sheet, parts_name) | {"splits": not private, "address": address}


@register.filter
def each_once(said: Iterable[Said]) -> list[Said]:
    """Whoever pressed twice is told once."""
    return list({(one.level, str(one)): one for one in said}.values())


@register.filter
def undone_at(said: Said) -> tuple[str, list[tuple[str, str]], tuple[str, str]] | None:
    """Where the button beside what is said posts to, with which fields, and its own (tickets/views/undoable.py)."""
    address, _, told = (said.extra_tags or "").partition("?")
    *fields, own = parse_qsl(told) or [("", "")]
    return (address, fields, own) if address.startswith("/") else None


@register.filter
def takes_back(said: Said) -> list[str]:
    """The ticket, the answer that the button beside what is said takes back, its line in the outbox and until when; or
    nothing."""
    told = (said.extra_tags or "").split()
    return told if len(told) == 4 else []


@register.filter
def direction(text: str | None) -> str:
    """Which way words of people run, for the attribute of what shows them."""
    return direction_of(text or "")


@register.filter
def marked_changes(versions: Iterable[MessageVersion]) -> list[tuple[MessageVersion, list[Stretch]]]:
    """Each version with what it changed of the last one told before it."""
    before, told = "", []
    for one in versions:
        told.append((one, reworded(before, one.text)))
        before = one.text or before
    return told


@register.filter
def is_long(text: str) -> bool:
    """Whether only its beginning is shown until somebody wants all of it."""
    return len(text) > LONG_TEXT


@register.filter
def agent_name(user: User | None) -> str:
    return shown_name(user)


@register.filter
def doer(row: Any, field: str) -> str:
    """Of what people alone do: who did it, be they deleted since."""
    return doer_of(row, field) or not_here("")


@register.filter
def author(message: Message) -> str:
    """Who of us wrote it, be they deleted since; empty: nobody did, or it was written outside the desk."""
    return doer_of(message, "agent")


@register.filter
def channel_title(channel: str) -> str:
    return title_of(channel)


@register.filter
def place_of(message: Message) -> str:
    """Where the message stands on its channel, as people say it; empty when it has no address there."""
    return urlsplit(message.permalink).netloc.removeprefix("www.")


@register.simple_tag
def open_there(message: Message) -> str:
    """The words of the link to the message on its channel."""
    return _("Open on {place}").format(place=place_of(message))


@register.filter
def entry(mapping: Mapping[Any, Any], key: object) -> Any:
    """What a mapping has under the key, or None."""
    return mapping.get(key)


@register.simple_tag
def say(message: Message) -> SafeString:
    return render_text(message.text, message.spans)


@register.filter
def as_span(length: timedelta) -> str:
    return span_of(length)


@register.filter
def why(shown: Shown, priority: str) -> list[str]:
    return deadlines.explain(shown, priority=priority)


@register.filter
def pause_words(pause: SlaPause) -> str:
    return deadlines.pause_words(pause)


@register.filter
def minutes_as_span(minutes: int) -> str:
    return span_of(timedelta(minutes=minutes))


@register.filter
def span_until(moment: datetime, now: datetime) -> str:
    """How long still, in one unit."""
    return span_words(moment - now)


@register.filter
def seconds_until(moment: datetime, now: datetime) -> int:
    return max(0, math.ceil((moment - now).total_seconds()))


@register.filter
def is_web(target: object) -> bool:
    return isinstance(target, str) and is_web_address(target)
