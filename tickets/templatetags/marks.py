"""Drawings, faces, marks, pills and moments, as markup. A page has hundreds of them: each is put together once and
kept, by what it shows and the reader's language. Nothing here asks the database.
"""

import hashlib
import math
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.contrib.auth.models import User
from django.template.base import FilterExpression, Parser, TextNode, Token
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kapture.languages import shape_of
from kapture.people import shown_name
from tickets.channels import channel_named
from tickets.choices import MessageKind, Priority, Status
from tickets.models import Identity
from tickets.reading.context import WARN
from tickets.wording.spans import span_of

register = template.Library()

HUES = 8
_KEPT = 4096
_STATUS_ICONS = {
    Status.NEW: "s-new",
    Status.OPEN: "s-open",
    Status.PENDING: "s-wait",
    Status.ON_HOLD: "pause",
    Status.RESOLVED: "s-done",
    Status.CLOSED: "s-closed",
    Status.IGNORED: "hide",
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
# The page itself says that no other place is told where it was asked from (base.html).
_PICTURE = '<img src="{}" alt{}>'
_LAZY = mark_safe(" loading=lazy")
_LOCKED = mark_safe('<span class="lock-badge i-lock"></span>')
_MIRRORED = frozenset({"reply", "left", "undo"})


@lru_cache(_KEPT)
def icon(name: str, extra: str = "") -> SafeString:
    """One of the drawings of static/css/icons.css; always decoration, words stand beside it."""
    space = " " if extra else ""
    return format_html('<i class="i i-{}{}{}{}"></i>', name, _mirrored(name), space, extra)


def _mirrored(name: str) -> str:
    """What turns a drawing that points somewhere, where words run from right to left."""
    return " i-dir" if name in _MIRRORED else ""


class _IconNode(template.Node):
    """A drawing whose name is known only when the page is made."""

    def __init__(self, words: list[FilterExpression]) -> None:
        self.words = words

    def render(self, context: template.Context) -> SafeString:
        return icon(*(str(word.resolve(context)) for word in self.words))


@register.tag("icon")
def _icon(parser: Parser, token: Token) -> template.Node:
    """{% icon NAME [CLASSES] %}: drawn while the template is compiled where the name stands in it."""
    words = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    if not 1 <= len(words) <= 2:
        raise template.TemplateSyntaxError("icon takes a name, and classes if there are any")
    if all(isinstance(word.var, str) and not word.filters for word in words):
        return TextNode(icon(*(str(word.var) for word in words)))
    return _IconNode(words)


@register.simple_tag
def status_mark(status: str, *, cell: bool = False) -> SafeString:
    """`cell`: of a row, which knows its marks by themselves (row.css)."""
    return _mark(_STATUS_ICONS[Status(status)], Status(status), get_language(), cell=cell)


@register.simple_tag
def priority_mark(priority: str, *, cell: bool = False) -> SafeString:
    return _mark(f"p-{priority}", Priority(priority), get_language(), cell=cell)


@lru_cache(_KEPT)
def _mark(drawing: str, said: Status | Priority, _language: str, *, cell: bool) -> SafeString:
    return format_html("<b class=i-{}>{}</b>" if cell else '<b class="mark i-{}">{}</b>', drawing, said.label)


@register.simple_tag
def channel_word(channel: str, kind: str) -> str:
    """What the channel calls a kind of message or of happening."""
    return _channel_word(channel, kind, get_language())


@lru_cache(_KEPT)
def _channel_word(channel: str, kind: str, _language: str) -> str:
    try:
        return str(channel_named(channel).label(kind))
    except KeyError:  # a channel that was taken out of the settings still has its tickets
        return str(MessageKind(kind).label) if kind in MessageKind.values else kind


@register.simple_tag
def kind_chip(kind: str, channel: str, *, private: bool = False) -> SafeString:
    """How it was said, in the channel's own word; what is private is filled and locked."""
    return _kind_chip(kind, channel, private, get_language())


@lru_cache(_KEPT)
def _kind_chip(kind: str, channel: str, private: bool, _language: str) -> SafeString:
    word = _("DM") if private else channel_word(channel, kind)
    drawing = "lock" if private else _KIND_ICONS.get(MessageKind(kind), "globe")
    form = '<b class="kind{} i-{}{}">{}</b>'
    return format_html(form, " kind-dm" if private else "", drawing, _mirrored(drawing), word)


@register.filter(name="hue")
@lru_cache(_KEPT)
def hue_of(key: object) -> int:
    """1 to 8, the same for a key on every machine and day."""
    return hashlib.blake2b(str(key).encode(), digest_size=2).digest()[0] % HUES + 1


@lru_cache(_KEPT)
def initials_of(name: str) -> str:
    """Two letters of two words, or the first sign of a name without spaces or cases."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    first = words[0][0].upper()
    return first + words[-1][0].upper() if len(words) > 1 and first.isascii() else first


@register.simple_tag
def avatar(identity: Identity, size: str = "", *, private: bool = False, near: bool = False) -> SafeString:
    """A customer's picture over their initials, so that a picture that does not load leaves something to see. `near`:
    of a row, so near to what is looked at that browsers fetch it at once anyway."""
    url = identity.avatar_url if urlsplit(identity.avatar_url).scheme in ("http", "https") else ""
    return face(initials_of(identity.shown_name), hue_of(identity.external_id), size, url, private=private, near=near)


@register.simple_tag
def agent_avatar(user: User, size: str = "av-20") -> SafeString:
    return face(initials_of(shown_name(user)), hue_of(user.pk), size)


@register.simple_tag
@lru_cache(_KEPT)
def face(
    initials: str, hue: int, size: str = "", url: str = "", *, private: bool = False, near: bool = False
) -> SafeString:
    picture = format_html(_PICTURE, url, "" if near else _LAZY) if url else ""
    lock = _LOCKED if private else ""
    form = '<span class="av{}{} h{}" data-av={}>{}{}</span>'
    return format_html(form, " " if size else "", size, hue, initials, picture, lock)


@register.simple_tag
def sla(due: datetime | None, now: datetime) -> SafeString:
    """A deadline as a pill: outlined, tinted within 20 minutes, filled when late."""
    if due is None:
        return format_html('<b class="sla is-none">{}</b>', _("No clock runs"))
    left = due - now
    late = left <= timedelta(0)
    words = (_("{time} late") if late else _("{time} left")).format(time=span_of(abs(left)))
    tone = "is-late i-alert" if late else f"{'is-warn ' if left <= WARN else ''}dial d-{_dial(left)}"
    return _pill(tone, stamp(due, now), words)


@lru_cache(_KEPT)
def _pill(tone: str, title: str, words: str) -> SafeString:
    return format_html('<b class="sla {}" title="{}">{}</b>', tone, title, words)


def _dial(left: timedelta) -> int:
    """How much of eight hours is left, in hundredths of the ring, five by five: an hour is three quarters of it."""
    return min(math.ceil(left / timedelta(hours=1) * 15) * 5, 100)


@register.simple_tag
def since(moment: datetime, now: datetime, classes: str = "") -> SafeString:
    """How long ago it was, the exact time in the title."""
    zone = timezone.get_current_timezone()
    return _time(moment, zone, classes, _stamp(moment, zone, get_language()), ago(moment, now))


@register.simple_tag
def clock_time(moment: datetime) -> SafeString:
    """The time of day, the day and the second in the title."""
    return _clock_time(moment, timezone.get_current_timezone(), get_language())


@lru_cache(_KEPT)
def _clock_time(moment: datetime, zone: tzinfo, language: str) -> SafeString:
    local = moment.astimezone(zone)
    title = f"{_stamp(moment, zone, language)}:{local.second:02}"
    return format_html('<time class=ago title="{}">{}</time>', title, f"{local:%H:%M}")


@lru_cache(_KEPT)
def _time(moment: datetime, zone: tzinfo, classes: str, title: str, words: str) -> SafeString:
    form = '<time{} datetime="{}" title="{}">{}</time>'
    marked = format_html(' class="{}"', classes) if classes else ""
    return format_html(form, marked, moment.astimezone(zone).isoformat(timespec="minutes"), title, words)


def stamp(moment: datetime, now: datetime) -> str:
    """Day and time as pages say them, in the reader's zone: 5 Nov, 14:03, and of another year 5 Nov 2025, 14:03."""
    zone = timezone.get_current_timezone()
    shape = "j M, H:i" if moment.astimezone(zone).year == now.astimezone(zone).year else "j M Y, H:i"
    return _stamp(moment, zone, get_language(), shape)


@lru_cache(_KEPT)
def _stamp(moment: datetime, zone: tzinfo, _language: str, shape: str = "j M Y, H:i") -> str:
    return format_date(moment.astimezone(zone), shape_of(shape))


@register.filter
def ago(moment: datetime, now: datetime) -> str:
    """How long since, in one unit."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return _("now")
    if passed >= timedelta(days=1):
        return _("{d} d").format(d=passed.days)
    hours = int(passed / timedelta(hours=1))
    return _("{h} h").format(h=hours) if hours else span_of(passed)
