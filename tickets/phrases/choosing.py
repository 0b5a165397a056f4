"""Which of a canned reply's texts is said: by the way it is said, then by the customer's language. Pure."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from tickets.rules.languages import LANGUAGES, language_key

PUBLIC, PRIVATE, BOTH = "public", "private", ""
UNKNOWN = {"", "und", "qme", "qht", "qam", "qct", "qst", "zxx", "art"}  # X's words for no language


class Variant(Protocol):
    """A text, whom it is for (PUBLIC, PRIVATE, BOTH), and in which language (empty: any)."""

    @property
    def audience(self) -> str: ...
    @property
    def language(self) -> str: ...


V = TypeVar("V", bound=Variant)


def choose(variants: Iterable[V], *, private: bool, language: str) -> V | None:
    """None: there is nothing that may be said this way. What is written for private messages alone is never said in
    public; what is written for the public may be said in private."""
    fitting = [one for one in variants if private or one.audience != PRIVATE]
    asked = plain(language)
    return min(fitting, key=lambda one: (_strange(one.language, asked), _unfit(one.audience, private)), default=None)


def plain(language: str) -> str:
    """`pt-BR` and `pt` are one language, and so are `iw` and `he`; what says that there is none is none."""
    word = language.strip().lower().replace("_", "-")
    return "" if word in UNKNOWN else language_key(word.split("-")[0])


def is_language(code: str) -> bool:
    """Whether a message can be in it: one of the list, perhaps of a region (pt-br), or empty for any."""
    return not code.strip() or plain(code) in LANGUAGES


def language_name(code: str) -> str:
    """For people; a region stands behind it."""
    name = LANGUAGES.get(plain(code), "")
    return f"{name} ({code})" if name else code


def _strange(language: str, asked: str) -> int:
    """The customer's language before one that says nothing of it, English before any other."""
    own = plain(language)
    if own and own == asked:
        return 0
    return 1 if not own else 2 if own == "en" else 3


def _unfit(audience: str, private: bool) -> int:
    wanted = PRIVATE if private else PUBLIC
    return 0 if audience == wanted else 1 if audience == BOTH else 2
