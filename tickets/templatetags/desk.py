"""Small parts of every page: icons, faces, marks, pills. What they mean is decided elsewhere."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import Message as Said
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.by_hand import LONGEST_LINK, PLACE
from tickets.channels import Deed, channel_named, title_of
from tickets.choices import MessageKind, Priority, Status, Visibility
from tickets.context import WARN, Desk
from tickets.models import Address, Identity, Message, OutboxEntry, Ticket
from tickets.permissions import may_on
from tickets.templatetags.saying import is_web_address, render_text
from tickets.timeline import shown_name
from tickets.waiting import span_words
from tickets.weighing import counted_on, weigh

register = template.Library()

HUES = 8
_STATUS_MARKS = {
    Status.NEW: ("st-new", "s-new"),
    Status.OPEN: ("st-open", "s-open"),
    Status.PENDING: ("st-wait", "s-wait"),
    Status.ON_HOLD: ("st-wait", "pause"),
    Status.RESOLVED: ("st-done", "s-done"),
    Status.CLOSED: ("st-closed", "s-closed"),
    Status.IGNORED: ("st-closed", "hide"),
}
_KIND_ICONS = {
    MessageKind.MENTION: "at",
    MessageKind.REPLY: "reply",
    MessageKind.QUOTE: "quote",
    MessageKind.POST: "globe",
    MessageKind.DIRECT: "lock",
    MessageKind.NOTE: "note",
    MessageKind.REACTION: "heart",
}
_MIRRORED = frozenset({"reply", "left", "undo"})


@register.filter
def works_on(desk: Desk, ticket: Ticket) -> bool:
    """Whether this person may change it; one that was brought to another is changed there."""
    return ticket.merged_into_id is None and may_on(desk.user, "work", ticket)


@register.filter
def sends_on(desk: Desk, ticket: Ticket | None) -> bool:
    """Whether this person may answer there; of what is on no ticket, who may send at all."""
    return desk.sends if ticket is None else may_on(desk.user, "send", ticket)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One of the sprite's drawings (templates/parts/sprite.html); always decoration, words stand beside it."""
    mirrored = " i-dir" if name in _MIRRORED else ""
    space = " " if extra else ""
    return format_html(
        '<svg class="i{}{}{}" aria-hidden="true"><use href="#i-{}"/></svg>', mirrored, space, extra, name
    )


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
def reasons(deeds: Iterable[Deed]) -> list[str]:
    """Why some of them are closed, each reason once."""
    return list(dict.fromkeys(deed.why_not for deed in deeds if deed.why_not))


def hue_of(key: object) -> int:
    """1 to 8, the same for a key on every machine and day."""
    return hashlib.blake2b(str(key).encode(), digest_size=2).digest()[0] % HUES + 1


def initials_of(name: str) -> str:
    """Two letters of two words, or the first sign of a name without spaces or cases."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    first = words[0][0].upper()
    return first + words[-1][0].upper() if len(words) > 1 and first.isascii() else first


@register.inclusion_tag("parts/avatar.html")
def avatar(identity: Identity, size: str = "", *, private: bool = False) -> dict[str, Any]:
    """A customer's picture over their initials, so that a picture that does not load leaves something to see."""
    url = identity.avatar_url
    return {
        "url": url if urlsplit(url).scheme in ("http", "https") else "",
        "initials": initials_of(identity.shown_name),
        "hue": hue_of(identity.external_id),
        "size": size,
        "private": private,
    }


@register.inclusion_tag("parts/avatar.html")
def agent_avatar(user: User, size: str = "av-20") -> dict[str, Any]:
    return {"url": "", "initials": initials_of(shown_name(user)), "hue": hue_of(user.pk), "size": size}


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
def agent_name(user: User | None) -> str:
    return shown_name(user)


@register.filter
def hue(key: object) -> int:
    return hue_of(key)


@register.simple_tag
def status_mark(status: str) -> SafeString:
    tone, drawing = _STATUS_MARKS[Status(status)]
    return format_html('<span class="mark {}">{}{}</span>', tone, icon(drawing), Status(status).label)


@register.simple_tag
def priority_mark(priority: str) -> SafeString:
    drawing = icon(f"p-{priority}")
    return format_html('<span class="mark pr-{}">{}{}</span>', priority, drawing, Priority(priority).label)


@cache
@register.simple_tag
def channel_word(channel: str, kind: str) -> str:
    """What the channel calls a kind of message or of happening."""
    try:
        return str(channel_named(channel).label(kind))
    except KeyError:  # a channel that was taken out of the settings still has its tickets
        return str(MessageKind(kind).label) if kind in MessageKind.values else kind


@register.filter
def channel_title(channel: str) -> str:
    return title_of(channel)


@register.simple_tag
def kind_chip(kind: str, channel: str, *, private: bool = False) -> SafeString:
    """How it was said, in the channel's own word; what is private is filled and locked."""
    word = _("DM") if private else channel_word(channel, kind)
    drawing = "lock" if private else _KIND_ICONS.get(MessageKind(kind), "globe")
    return format_html('<span class="kind{}">{}{}</span>', " kind-dm" if private else "", icon(drawing), word)


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


@register.inclusion_tag("parts/sla.html")
def sla(due: datetime | None, now: datetime) -> dict[str, Any]:
    """A deadline as a pill: outlined, tinted within 20 minutes, filled when late."""
    if due is None:
        return {"tone": "is-none", "words": _("No clock runs")}
    left = due - now
    if left <= timedelta(0):
        return {"tone": "is-late", "words": _("{time} late").format(time=span_of(-left)), "due": due}
    tone = "is-warn" if left <= WARN else ""
    share = min(100, math.ceil(left / timedelta(hours=1) * 75)) if left < timedelta(hours=8) else 100
    return {"tone": tone, "words": _("{time} left").format(time=span_of(left)), "due": due, "share": share}


def span_of(length: timedelta) -> str:
    """A length of time in its two largest units at the most: 8 min, 2 h 12 min, 3 d 4 h."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days >= 10:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    if days:
        return _("{d} d {h} h").format(d=days, h=hours) if hours else _("{d} d").format(d=days)
    if hours:
        return _("{h} h {m} min").format(h=hours, m=minutes % 60) if minutes % 60 else _("{h} h").format(h=hours)
    return _("{m} min").format(m=max(1, minutes))


@register.filter
def as_span(length: timedelta) -> str:
    return span_of(length)


@register.filter
def minutes_as_span(minutes: int) -> str:
    return span_of(timedelta(minutes=minutes))


@register.filter
def ago(moment: datetime, now: datetime) -> str:
    """How long since, in one unit: the exact time stands in the title."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return _("now")
    if passed >= timedelta(days=1):
        return _("{d} d").format(d=passed.days)
    hours = int(passed / timedelta(hours=1))
    return _("{h} h").format(h=hours) if hours else span_of(passed)


@register.filter
def span_until(moment: datetime, now: datetime) -> str:
    """How long still, in one unit."""
    return span_words(moment - now)


@register.filter
def seconds_until(moment: datetime, now: datetime) -> int:
    return max(0, math.ceil((moment - now).total_seconds()))


@register.filter
def minutes_since(moment: datetime, start: datetime) -> int:
    return max(0, int((moment - start).total_seconds() // 60))


@register.filter
def is_web(target: object) -> bool:
    return isinstance(target, str) and is_web_address(target)
