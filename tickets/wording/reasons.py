"""Why a ticket came to be here or went there, as half a sentence: the codes that the history keeps, in words.

Pure: no queries. The sentences they stand in are tickets/wording/sentences.py.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

Data = Mapping[str, Any]

REASONS = {
    "same_conversation": gettext_noop("it belongs to the same conversation"),
    "edited": gettext_noop("what it says was edited, and no rule leaves that resolved"),
    "quoted_message": gettext_noop("it quotes a message of this ticket"),
    "private_partner": gettext_noop("this customer's private messages are one ticket"),
    "new_conversation": gettext_noop("it began a new conversation"),
    "other_customer": gettext_noop("another customer spoke up in a conversation we know"),
    "first_message": gettext_noop("it is this customer's first private message"),
    "we_wrote_first": gettext_noop("we wrote to this customer first"),
    "closed_before": gettext_noop("the ticket before it was closed"),
    "resolved_before": gettext_noop("the ticket before it was resolved"),
    "default_queue": gettext_noop("new tickets go there when nothing else says"),
    "source_queue": gettext_noop("what this search finds goes there"),
    "kind_queue": gettext_noop("messages of this kind go there"),
    "address_queue": gettext_noop("what is written to this account goes there"),
}


def reason_of(data: Data) -> str:
    """Why, as half a sentence; empty for a code we have no words for."""
    reason = data.get("reason")
    if not isinstance(reason, Mapping):
        return ""
    code = str(reason.get("code", ""))
    if code == "window_passed":
        hours = int(reason.get("hours", 0))
        phrase = ngettext(
            "the ticket before it had been quiet for more than {hours} hour",
            "the ticket before it had been quiet for more than {hours} hours",
            hours,
        )
        return phrase.format(hours=hours)
    return _(REASONS[code]) if code in REASONS else ""


def searches_of(data: Data) -> SafeString:
    """Which searches caught the message spoken of; empty when none did."""
    labels = data.get("labels")
    if not isinstance(labels, list) or not labels:
        return SafeString("")
    names = format_html_join(", ", "<b>{}</b>", ((str(label),) for label in labels))
    sentence = ngettext("Found by the search {names}.", "Found by the searches {names}.", len(labels))
    return format_html(sentence, names=names)


# What a rule asked, where the history says that it held: the words that were found, or the number that was there.
_GROUNDS = {
    "text": gettext_noop("it says “{found}”"),
    "language": gettext_noop("it is in {found}"),
    "sentiment": gettext_noop("its mood is {found}"),
    "search": gettext_noop("the search {found} found it"),
    "followers": gettext_noop("they have {found} followers"),
    "mentions": gettext_noop("it names {found}"),
    "repeated_by": gettext_noop("{found} people say the same"),
    "only_emoji": gettext_noop("it is only emoji"),
    "only_links": gettext_noop("it is only links"),
    "list": gettext_noop("they are on a list"),
    "verified": gettext_noop("they are verified"),
    "private": gettext_noop("it is private"),
    "first_contact": gettext_noop("they never wrote before"),
    "open_hours": gettext_noop("business hours are open"),
    "tag": gettext_noop("it is tagged {found}"),
}


def grounds_of(data: Data) -> str:
    """What made a rule hold, as half a sentence; empty where there are no words for it: the log of the ticket says
    all."""
    grounds = data.get("grounds")
    told = []
    for ground in grounds if isinstance(grounds, list) else []:
        positive = ground.get("is") not in ("none_of", "has_none", "no")
        words = _GROUNDS.get(ground.get("field", "")) if positive else None
        if words is not None and ("found" in ground or "{found}" not in words):
            found = ground.get("found")
            shown = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
            told.append(_(words).format(found=shown))
    return ", ".join(told)
