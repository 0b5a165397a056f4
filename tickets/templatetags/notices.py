"""Notices in words, and notes with whom they name, for the pages."""

from collections.abc import Iterable

from django import template
from django.contrib.auth.models import User
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kapture.people import shown_name
from tickets.models import Notice
from tickets.notices.mentions import pieces
from tickets.notices.places import place_of
from tickets.notices.words import sentence

register = template.Library()


@register.simple_tag
def notice_words(notice: Notice) -> str:
    """Escaped by the template, as every text is."""
    return sentence(notice)


@register.filter
def leads_to(notice: Notice) -> str:
    return place_of(notice)


@register.simple_tag
def note_words(text: str, people: Iterable[User] | str) -> SafeString:
    """The note, whom it names among these people marked."""
    known = {one.get_username().casefold(): shown_name(one) for one in people or () if isinstance(one, User)}
    return format_html_join("", "{}", ((_piece(words, who),) for words, who in pieces(text, known)))


def _piece(words: str, who: str) -> str:
    return format_html('<b class="mention" title="{}">{}</b>', who, words) if who else words
