"""Stylesheets lie apart, one a matter, and leave as one: a page asks once instead of thirty times. There is no build
step: a template lists them between `{% joined NAME %}` and `{% endjoined %}`, `collectstatic` puts them together in
that order under that name, and the page names the one file. Where nothing is collected it names them all."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.template import Context
from django.template.base import Node, NodeList, Parser, Token
from django.template.loader import get_template
from django.templatetags.static import StaticNode, static
from django.utils.safestring import SafeString, mark_safe
from servestatic.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # carries no types

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\s*\n\s*")
# Where they are listed.
TEMPLATE = "base.html"


class Joined(Node):
    """`name`: of the file they become. `listed`: the links to each."""

    def __init__(self, name: str, listed: NodeList) -> None:
        self.name, self.listed = name, listed
        self.parts = [str(node.path.var) for node in _static_nodes(listed)]

    def render(self, context: Context) -> SafeString:
        if settings.DEBUG or not getattr(staticfiles_storage, "joins", False):
            return self.listed.render(context)
        return mark_safe(f'<link rel="stylesheet" href="{static(self.name)}">')  # noqa: S308  (a file of ours)


def joined_tag(parser: Parser, token: Token) -> Joined:
    name = parser.compile_filter(token.split_contents()[1]).resolve(Context())
    listed = parser.parse(("endjoined",))
    parser.delete_first_token()
    return Joined(str(name), listed)


def _static_nodes(listed: NodeList) -> list[Any]:
    """Those of `{% static %}`; each is kept within a node of ours (kapture/kept_tags)."""
    inner = [getattr(node, "of", node) for node in listed]
    return [node for node in inner if isinstance(node, StaticNode)]


def lists() -> list[Joined]:
    template: Any = get_template(TEMPLATE)
    return [node for node in template.template.nodelist.get_nodes_by_type(Joined) if isinstance(node, Joined)]


def together(parts: list[str]) -> bytes:
    """Their contents, one below the other, without comments and indents: a fifth less on the line."""
    found = [finders.find(name) for name in parts]
    return "\n".join(_INDENT.sub("\n", _COMMENT.sub("", Path(str(path)).read_text())) for path in found).encode()


class JoiningStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # carries no types
    joins = True

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        if not options.get("dry_run"):
            for one in lists():
                self.delete(one.name)
                self.save(one.name, ContentFile(together(one.parts)))
                paths[one.name] = (self, one.name)
        yield from super().post_process(paths, *args, **options)
