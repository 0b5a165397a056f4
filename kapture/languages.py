"""The languages pages can be read in: which are offered, how each names itself, and how each writes a day.

What a person chose is tickets.zones'; what their browser asks for, Django's LocaleMiddleware's. The words themselves
are in locale/; `make messages` gathers them.
"""

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext, gettext_noop, pgettext

from kapture.words import Sentence

# Pages run from right to left in `ar`, whose words are not translated yet.
KNOWN = {"en": "English", "de": "Deutsch", "ar": "العربية"}


def offered(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Each with its own name for itself, the desk's own first. Raises ImproperlyConfigured."""
    found = list(dict.fromkeys(code.strip().lower() for code in codes if code.strip()))
    if unknown := [code for code in found if code not in KNOWN]:
        raise ImproperlyConfigured(f"LANGUAGES: there is no {unknown[0]} here, only {', '.join(KNOWN)}.")
    if not found:
        raise ImproperlyConfigured("LANGUAGES names no language; the first one is the desk's own.")
    return [(code, KNOWN[code]) for code in found]


QUOTED = gettext_noop("{sentence} X says: {quote}")


def say(words: str) -> str:
    """In the language of whoever reads it: what a module without Django wrote, and what was written down in English
    where that is one of our sentences, alone or before what X said. Other words as they are."""
    if not isinstance(words, Sentence):
        ours, says, quote = words.partition(" X says: ")
        return say(Sentence(QUOTED, sentence=Sentence(ours), quote=quote)) if says else gettext(words) if words else ""
    values = {name: say(value) if isinstance(value, Sentence) else value for name, value in words.values.items()}
    return gettext(words.template).format(**values) if values else gettext(words.template)


def shape_of(shape: str) -> str:
    """A shape of a day or time, as Django's `date` takes it, as this language writes it."""
    return pgettext("date", shape)


def _shapes() -> Iterable[str]:
    """Those that are translated, for `make messages` to find; any other is the same in every language."""
    yield pgettext("date", "j M Y, H:i:s")
    yield pgettext("date", "j M Y, H:i")
    yield pgettext("date", "j M Y")
    yield pgettext("date", "j M, H:i")
    yield pgettext("date", "j M")
    yield pgettext("date", "D j M Y")
    yield pgettext("date", "D j M")
    yield pgettext("date", "l j F Y")
