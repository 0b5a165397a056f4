"""X's search language, read: words, phrases, operators, minus, OR and parentheses. Pure; knows no table.

Juxtaposition means AND and binds tighter than OR. A query consists of more than negations, as on X.
"""

import re
from dataclasses import dataclass

LONGEST = 512
OPERATORS = {
    "from": "user",
    "to": "user",
    "retweets_of": "user",
    "conversation_id": "id",
    "in_reply_to_tweet_id": "id",
    "quotes_of_tweet_id": "id",
    "retweets_of_tweet_id": "id",
    "lang": "word",
    "url": "word",
    "is": "flag",
    "has": "flag",
}
FLAGS = {
    "is": {"reply", "quote", "retweet", "verified"},
    "has": {"media", "images", "videos", "links", "mentions", "hashtags", "cashtags"},
}
LONELY_NOT = frozenset({"lang", "is", "has"})
"""Operators that need company: alone they would match too much."""
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>-?\()|(?P<close>\))|(?P<phrase>-?(?:\w+:)?"[^"]*")|(?P<word>[^\s()"]+)""", re.X
)


class QueryError(ValueError):
    """What X does not understand, in X's way of saying it; `position` counts characters from 1."""

    def __init__(self, words: str, *, position: int = 0) -> None:
        super().__init__(f"{words} (at position {position})" if position else words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition. `kind`: an operator's name, or word, phrase, mention, hashtag, cashtag."""

    kind: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Terms and groups joined by AND or OR."""

    joint: str
    parts: "tuple[Node, ...]"
    negated: bool = False


Node = Term | Group


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int


def parse(query: str) -> Node:
    """The tree of a query; raises QueryError."""
    if not query.strip():
        raise QueryError("Rule must not be empty")
    if len(query) > LONGEST:
        raise QueryError(f"Rule length [{len(query)}] must be at most {LONGEST} characters")
    reader = _Reader(_tokens(query))
    tree = reader.read_alternatives()
    left = reader.peek()
    if left is not None:
        raise QueryError(f"no viable alternative at input '{left.text}'", position=left.position)
    if not _stands_alone(tree):
        raise QueryError(
            "Rules must contain at least one positive, non-stopword clause or operator that can stand alone"
        )
    return tree


def _tokens(query: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None:
            raise QueryError("missing '\"' at '<EOF>'", position=at + 1)
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, found.group(), at + 1))
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._at = tokens, 0

    def peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _is_or(self) -> bool:
        token = self.peek()
        return token is not None and token.kind == "word" and token.text == "OR"

    def read_alternatives(self) -> Node:
        parts = [self._read_sequence()]
        while self._is_or():
            self._at += 1
            parts.append(self._read_sequence())
        return parts[0] if len(parts) == 1 else Group(joint="OR", parts=tuple(parts))

    def _read_sequence(self) -> Node:
        parts: list[Node] = []
        while (token := self.peek()) is not None and token.kind != "close" and not self._is_or():
            self._at += 1
            parts.append(self._read_group(token) if token.kind == "open" else _term(token))
        if not parts:
            token = self.peek()
            seen, position = (token.text, token.position) if token else ("<EOF>", 0)
            raise QueryError(f"no viable alternative at input '{seen}'", position=position)
        return parts[0] if len(parts) == 1 else Group(joint="AND", parts=tuple(parts))

    def _read_group(self, opened: Token) -> Node:
        inner = self.read_alternatives()
        closing = self.peek()
        if closing is None or closing.kind != "close":
            raise QueryError("missing ')' at '<EOF>'", position=opened.position)
        self._at += 1
        return Group(joint="AND", parts=(inner,), negated=True) if opened.text.startswith("-") else inner


def _term(token: Token) -> Term:
    text, position = token.text, token.position
    negated, text = text.startswith("-") and len(text) > 1, text.removeprefix("-") or text
    name, colon, value = text.partition(":")
    value = value.strip('"')
    if colon and name in OPERATORS:
        return Term(kind=name, value=_checked(name, value, position=position), negated=negated)
    if colon and re.fullmatch(r"[a-z_]+", name) and value and not value.startswith("//"):
        raise QueryError(f"Reference to invalid operator '{name}'. Operator is not available", position=position)
    if token.kind == "phrase":
        return Term(kind="phrase", value=text.strip('"'), negated=negated)
    for sign, kind in (("@", "mention"), ("#", "hashtag"), ("$", "cashtag")):
        if text.startswith(sign) and len(text) > 1:
            return Term(kind=kind, value=text[1:], negated=negated)
    return Term(kind="word", value=text, negated=negated)


def _checked(name: str, value: str, *, position: int) -> str:
    kind = OPERATORS[name]
    if not value:
        raise QueryError(f"no viable alternative at input '{name}:'", position=position)
    if kind == "id" and not value.isdigit():
        raise QueryError(f"The value '{value}' of '{name}' is not a numeric id", position=position)
    if kind == "flag" and value not in FLAGS[name]:
        raise QueryError(f"Reference to invalid field '{name}:{value}'", position=position)
    if kind == "user" and not re.fullmatch(r"@?\w{1,19}", value):
        raise QueryError(f"The value '{value}' of '{name}' is not a user name or id", position=position)
    return value.removeprefix("@") if kind == "user" else value


def _stands_alone(node: Node) -> bool:
    if isinstance(node, Term):
        return not node.negated and node.kind not in LONELY_NOT
    if node.negated:
        return False
    judged = [_stands_alone(part) for part in node.parts]
    return all(judged) if node.joint == "OR" else any(judged)
