"""Django's `translate`, `url` and `static`, which a page has in hundreds, for what is the same each time: words that
stand in a template are put into a language once, the shape of an address is asked once, and where a file of ours lies.
Everything else of them is Django's; settings.TEMPLATES names this module in their place.
"""

from typing import Any

from django import template
from django.template import defaultfilters
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n, static
from django.urls import get_script_prefix
from django.utils.translation import get_language

from kapture.addresses import address_of
from kapture.joined import joined_tag
from kapture.languages import shape_of
from kapture.tight import tight_tag

register = template.Library()
register.tag("joined", joined_tag)
register.tag("tight", tight_tag)
for library in (i18n.register, static.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, shape: str | None = None) -> str:
    """Django's, in the order of day, month and year that the reader's language has."""
    return defaultfilters.date(value, shape and shape_of(shape))


class _Kept(Node):
    """`of`: one of Django's nodes that says the same whatever there is to show. `key`: but for this."""

    child_nodelists = ()

    def __init__(self, of: Node, key: Any) -> None:
        self.of, self.key = of, key
        self.said: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        key = self.key()
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = self.of.render(context)
        return said


@register.tag("translate")
@register.tag("trans")
def _translate(parser: Parser, token: Token) -> Node:
    node: Any = i18n.do_translate(parser, token)
    words = node.filter_expression
    same = isinstance(words.var.literal, str) and not words.filters and not node.message_context
    return _Kept(node, get_language) if same and not node.asvar else node


@register.tag("static")
def _static(parser: Parser, token: Token) -> Node:
    node: Any = static.do_static(parser, token)
    same = node.varname is None and isinstance(node.path.var, str) and not node.path.filters
    return _Kept(node, get_script_prefix) if same else node


@register.tag("url")
def _url(parser: Parser, token: Token) -> Node:
    node = django_url(parser, token)
    name: Any = node.view_name
    return _Address(node, str(name.var)) if isinstance(name.var, str) and not (node.kwargs or node.asvar) else node


class _Address(Node):
    """The address of a page that is named, of things that are numbers; of others Django's node tells it."""

    child_nodelists = ()

    def __init__(self, of: URLNode, name: str) -> None:
        self.of, self.name, self.args = of, name, of.args

    def render(self, context: Context) -> str:
        numbers = [argument.resolve(context) for argument in self.args]
        if any(type(number) is not int for number in numbers):
            return self.of.render(context)
        return address_of(self.name, *numbers)
