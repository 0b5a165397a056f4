"""Small parts of what is said again and again."""

from django import template

from tickets.phrases import choosing

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    return choosing.language_name(code)
