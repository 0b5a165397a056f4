"""X's search language, read before X reads it: what is wrong with a query, where, and how to mend it. Pure.

A query is alternatives joined by OR, each a row of terms that all must hold (a space means AND, and binds tighter);
parentheses group, a minus before a term excludes it (docs.x.com, "Build a query").
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from twitter_integration.reading.search_operators import OPERATORS, fault_of_language

MAX_LENGTH = 512  # self-serve; Enterprise may use 4,096
_DEEPEST = 20
_SPECIAL = {"#": re.compile(r"#\w+"), "@": re.compile(r"@[A-Za-z0-9_]{1,15}"), "$": re.compile(r"\$[A-Za-z]{1,6}")}
_TOKEN = re.compile(r'\s+|[()]|-|(?:\w+:)?(?:"[^"]*"?|\[[^\]]*\]?)|[^\s()"]+')
_OPERATOR = re.compile(r"(\w+):(.*)", re.DOTALL)
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
_CURLY = re.compile("[“”„«»]")


class WrongQuery(ValueError):
    """X would refuse it. `position` counts characters from 0 (None: not of the text); the text says what to do."""

    def __init__(self, sentence: str, *, position: int | None) -> None:
        super().__init__(
            sentence
            if position is None
            else _("{sentence} (at character {place})").format(sentence=sentence, place=position + 1)
        )
        self.sentence = sentence
        self.position = position


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a "phrase", #tag, @mention, $cashtag (`operator` empty), or an operator with its value."""

    value: str
    operator: str = ""
    quoted: bool = False
    negated: bool = False
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds."""

    parts: "tuple[Node, ...]"


Node = Term | Every | Either


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    position: int
    end: int
    glued: bool  # no space before it


def check(query: str, *, limit: int = MAX_LENGTH) -> Node:
    """Read a query as X would. Raises WrongQuery."""
    if not query.strip():
        raise WrongQuery(_("The query is empty."), position=0)
    if len(query) > limit:
        raise WrongQuery(
            _("X takes %(limit)s characters; these are %(count)s.") % {"limit": limit, "count": len(query)},
            position=limit,
        )
    node = _Reader(_tokens(query), len(query)).read()
    _demand_standing(node)
    languages = [term for term in terms(node) if term.operator == "lang" and not term.negated]
    if len(languages) > 1 and isinstance(node, Every) and all(term in node.parts for term in languages[:2]):
        raise WrongQuery(_("A post has one language: join several with OR."), position=languages[1].position)
    return node


def compose(query: str, *, language: str = "") -> str:
    """The query as it is sent: narrowed to a language where one is chosen. Raises WrongQuery."""
    query = " ".join(query.split())
    if not language:
        return query
    if wrong := fault_of_language(language):
        raise WrongQuery(wrong, position=None)
    grouped = f"({query})" if isinstance(check(query), Either) else query
    return f"{grouped} lang:{language}"


def render(node: Node) -> str:
    """The query text of a tree; check(render(tree)) is that tree again."""
    if isinstance(node, Term):
        value = f'"{node.value}"' if node.quoted else node.value
        return f"{'-' if node.negated else ''}{node.operator + ':' if node.operator else ''}{value}"
    inner = [f"({render(part)})" if not isinstance(part, Term) else render(part) for part in node.parts]
    return (" " if isinstance(node, Every) else " OR ").join(inner)


def terms(node: Node) -> list[Term]:
    """Every term, in the order they stand."""
    return [node] if isinstance(node, Term) else [term for part in node.parts for term in terms(part)]


class _Reader:
    """Recursive descent: alternatives → row → term or group."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._length = length

    def read(self) -> Node:
        node = self._alternatives(depth=0)
        if self._at < len(self._tokens):
            raise WrongQuery(_("This ) closes nothing."), position=self._tokens[self._at].position)
        return node

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _position(self) -> int:
        return self._tokens[self._at].position if self._at < len(self._tokens) else max(self._length - 1, 0)

    def _alternatives(self, *, depth: int) -> Node:
        rows = [self._row(depth=depth)]
        while self._peek() == "OR":
            self._at += 1
            rows.append(self._row(depth=depth))
        return rows[0] if len(rows) == 1 else Either(tuple(rows))

    def _row(self, *, depth: int) -> Node:
        parts: list[Node] = []
        while self._peek() not in ("", ")", "OR"):
            parts.append(self._part(depth=depth))
        if not parts:
            before = self._tokens[self._at - 1].text if self._at else ""
            raise WrongQuery(_missing(self._peek(), before=before), position=self._position())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _part(self, *, depth: int) -> Node:
        token = self._tokens[self._at]
        self._at += 1
        if token.text == "(":
            return self._group(token, depth=depth + 1)
        if token.text == "-":
            return self._negation(token)
        return _term(token)

    def _group(self, opening: _Token, *, depth: int) -> Node:
        if depth > _DEEPEST:
            raise WrongQuery(
                _("Parentheses may be nested %(most)s deep.") % {"most": _DEEPEST}, position=opening.position
            )
        node = self._alternatives(depth=depth)
        if self._peek() != ")":
            raise WrongQuery(_("This ( is never closed."), position=opening.position)
        self._at += 1
        return node

    def _negation(self, minus: _Token) -> Node:
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is None or not following.glued or following.text in (")", "-"):
            raise WrongQuery(_("Put the minus right before the word it excludes."), position=minus.position)
        if following.text == "(":
            raise WrongQuery(
                _("X cannot exclude a group. Put a minus before each word of it instead."), position=minus.position
            )
        self._at += 1
        return replace(_term(following), negated=True)


def _missing(found: str, *, before: str) -> str:
    if before == "OR":
        return (
            _("There is nothing between these two OR.") if found == "OR" else _("There is nothing after the last OR.")
        )
    if found == "OR":
        return _("There is nothing before this OR.")
    return (
        _("There is nothing between these parentheses.")
        if found == ")"
        else _("There is nothing after this parenthesis.")
    )


def _tokens(query: str) -> list[_Token]:
    """A minus counts as one only where a term begins; elsewhere it is part of the word (e-mail)."""
    found: list[_Token] = []
    at, after_space = 0, True
    while at < len(query):
        match = _TOKEN.match(query, at)
        assert match is not None, "the last alternatives take any character"
        text = match.group()
        if text.isspace():
            after_space = True
        else:
            found.append(_Token(text, at, match.end(), glued=not after_space))
            after_space = False
        at = match.end()
    return found


def _term(token: _Token) -> Term:
    text, at = token.text, token.position
    if text in ("AND", "NOT"):
        hint = _("A space means AND") if text == "AND" else _("A minus before a word excludes it")
        raise WrongQuery(_("%(hint)s; as a word, write it in small letters.") % {"hint": hint}, position=at)
    if not _is_seen(text):
        raise WrongQuery(_("Nothing here can be seen: take the invisible characters out."), position=at)
    if _CURLY.search(text):
        raise WrongQuery(_('X knows straight quotation marks only: ".'), position=at)
    if text.startswith('"'):
        return Term(_unquoted(text, at), quoted=True, position=at)
    if text.startswith("["):
        raise WrongQuery(_("Brackets belong to point_radius: and bounding_box: only."), position=at)
    matched = _OPERATOR.fullmatch(text)
    if matched:
        return _operator(matched.group(1).lower(), matched.group(2), at)
    special = _SPECIAL.get(text[0])
    if special and not special.fullmatch(text):
        raise WrongQuery(
            _("“%(text)s” is no %(names)s. Put it into quotation marks to find it as text.")
            % {"text": text, "names": _NAMES[text[0]]},
            position=at,
        )
    return Term(text, position=at)


_NAMES = {"#": "hashtag", "@": "handle", "$": "cashtag"}


def _operator(name: str, value: str, at: int) -> Term:
    known = OPERATORS.get(name)
    if known is None:
        raise WrongQuery(
            _("X has no operator %(name)s:. Put it into quotation marks to find it as text.") % {"name": name},
            position=at,
        )
    if not value:
        raise WrongQuery(_("%(name)s: needs a value, without a space before it.") % {"name": name}, position=at)
    quoted = value.startswith('"')
    plain = _unquoted(value, at) if quoted else value
    refusal = known.refuse(plain)
    if refusal:
        raise WrongQuery(_("%(name)s: %(refusal)s") % {"name": name, "refusal": refusal}, position=at)
    return Term(plain, operator=name, quoted=quoted, position=at)


def _unquoted(text: str, at: int) -> str:
    if len(text) < 2 or not text.endswith('"'):
        raise WrongQuery(_("This quotation mark is never closed."), position=at)
    if not _is_seen(text[1:-1]):
        raise WrongQuery(_("There is nothing between these quotation marks."), position=at)
    return text[1:-1]


def _is_seen(text: str) -> bool:
    """Marks that only turn or join what stands around them (U+202E, U+200B) are no words; nor are spaces."""
    return any(unicodedata.category(character) not in _UNSEEN for character in text)


def _demand_standing(node: Node) -> None:
    """Each alternative must hold something that X searches by itself."""
    for term in terms(node):
        if term.operator == "is" and term.value.lower() == "nullcast" and not term.negated:
            raise WrongQuery(_("X takes is:nullcast only with a minus before it."), position=term.position)
    weak = _weak(node)
    if weak is not None:
        first = terms(weak)[0]
        what = "exclusions" if first.negated else f"{first.operator}:"
        raise WrongQuery(
            _("X does not search by %(what)s alone. Add a word, a phrase, a #hashtag, an @handle or from: to it.")
            % {"what": what},
            position=first.position,
        )


def _weak(node: Node) -> Node | None:
    """The first alternative without anything to search by; None when all have something."""
    if isinstance(node, Term):
        stands = not node.negated and (not node.operator or OPERATORS[node.operator].alone)
        return None if stands else node
    if isinstance(node, Every):
        return None if any(_weak(part) is None for part in node.parts) else node
    return next((weak for part in node.parts if (weak := _weak(part)) is not None), None)
