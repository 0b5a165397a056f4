"""`{% tight %}` … `{% endtight %}`: a template that is written on many lines and drawn on one. What a page has in
hundreds need not carry the indents of its template as often. They are dropped once, when the template is read; spaces
within a line stay, and so does everything that comes out of a variable."""

import re

from django.template import Context
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.utils.safestring import SafeString

_INDENT = re.compile(r"\s*\n\s*")


class Tight(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return self.nodelist.render(context)


def tight_tag(parser: Parser, _token: Token) -> Tight:
    nodelist = parser.parse(("endtight",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        assert isinstance(node, TextNode)
        node.s = _INDENT.sub("", node.s)
    return Tight(nodelist)
