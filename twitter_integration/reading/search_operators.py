"""X's search operators as data: what each takes, and whether it may stand alone
(docs.x.com, "Search operators", read in Aug 2026). Pure; how a query is put together is search_grammar's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_HANDLE = re.compile(r"@?[A-Za-z0-9_]{1,15}|[0-9]{1,19}")
_ID = re.compile(r"[0-9]{1,19}")
_RANGE = re.compile(r"[0-9]{1,12}(\.\.[0-9]{1,12})?")
_NUMBER = r"-?[0-9]{1,3}(\.[0-9]+)?"
_POINT = re.compile(rf"\[{_NUMBER} {_NUMBER} [0-9]{{1,2}}(\.[0-9]+)?(mi|km)\]")
_BOX = re.compile(rf"\[{_NUMBER}( {_NUMBER}){{3}}\]")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CONTEXT = re.compile(r"[0-9]+\.([0-9]+|\*)|\*\.[0-9]+")

IS = frozenset({"retweet", "reply", "quote", "verified", "nullcast"})
HAS = frozenset({"hashtags", "cashtags", "links", "mentions", "media", "images", "videos", "video_link", "geo"})
# The languages X recognises, by its own codes (BCP 47 as it was: Hebrew is iw, Indonesian is in).
_CODES = (
    "am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu hi hi-Latn hr ht hu hy in is it iw ja ka km kn"
    " ko lo lt lv ml mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk und ur vi zh zh-CN"
    " zh-TW qam qct qht qme qst zxx"
)
LANGUAGES = frozenset(_CODES.split())
_RENAMED = {"he": "iw", "id": "in", "ji": "yi", "nb": "no"}


@dataclass(frozen=True, slots=True)
class Operator:
    """`refuse` returns the sentence why a value is none, or ""; `alone`: a query may consist of it only."""

    refuse: Callable[[str], str]
    alone: bool = True


def _like(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    return lambda value: (
        "" if pattern.fullmatch(value) else _("It takes {what}, not “{value}”.").format(what=_(what), value=value)
    )


def _one_of(known: frozenset[str], name: str) -> Callable[[str], str]:
    listed = ", ".join(f"{name}:{word}" for word in sorted(known))
    return lambda value: (
        ""
        if value.lower() in known
        else _("There is no {name}:{value}. Known: {listed}.").format(name=name, value=value, listed=listed)
    )


def fault_of_language(value: str) -> str:
    """Why X would refuse this language; empty when it knows it."""
    if value in LANGUAGES or value.lower() in LANGUAGES:
        return ""
    renamed = _RENAMED.get(value.lower(), "")
    hint = _(" X calls it lang:{renamed}.").format(renamed=renamed) if renamed in LANGUAGES else ""
    return _("X knows no language “{value}”.{hint}").format(value=value, hint=hint)


def _anything(value: str) -> str:
    return ""


_person = Operator(_like(_HANDLE, gettext_noop("a handle or a user id")))
_post = Operator(_like(_ID, gettext_noop("a post's id")))
_count = Operator(_like(_RANGE, gettext_noop("a number or a range such as 100..500")), alone=False)
_text = Operator(_anything)

OPERATORS: Mapping[str, Operator] = {
    "from": _person,
    "to": _person,
    "retweets_of": _person,
    "retweets_of_user": _person,
    "in_reply_to_tweet_id": _post,
    "in_reply_to_status_id": _post,
    "retweets_of_tweet_id": _post,
    "retweets_of_status_id": _post,
    "quotes_of_tweet_id": _post,
    "quotes_of_status_id": _post,
    "conversation_id": _post,
    "list": Operator(_like(_ID, gettext_noop("a list's id"))),
    "url": _text,
    "url_contains": _text,
    "url_title": _text,
    "url_description": _text,
    "source": _text,
    "entity": _text,
    "context": Operator(_like(_CONTEXT, gettext_noop("domain.entity, with * for either"))),
    "place": _text,
    "place_country": Operator(_like(_COUNTRY, gettext_noop("a country's two letters"))),
    "point_radius": Operator(_like(_POINT, gettext_noop("[longitude latitude radius], such as [-9.14 38.72 25km]"))),
    "bounding_box": Operator(_like(_BOX, gettext_noop("[west south east north]"))),
    "bio": _text,
    "bio_name": _text,
    "bio_location": _text,
    "is": Operator(_one_of(IS, "is"), alone=False),
    "has": Operator(_one_of(HAS, "has"), alone=False),
    "lang": Operator(fault_of_language, alone=False),
    "followers_count": _count,
    "following_count": _count,
    "tweets_count": _count,
    "listed_count": _count,
}
