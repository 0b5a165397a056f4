"""Notices in words, for the pages."""

from django import template

from tickets.models import Notice
from tickets.notices.words import sentence

register = template.Library()


@register.simple_tag
def notice_words(notice: Notice) -> str:
    """Escaped by the template, as every text is."""
    return sentence(notice)
