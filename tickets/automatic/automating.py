"""May this private message be answered automatically? The rules as an order of refusals. Pure.

X's automation rules (x-api 6.6): only after the person wrote to us privately, one automated answer an interaction,
opting out honoured at once, never in public. Not here: where the facts come from, what is sent (autoreplies.py).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.choices import AutoReplyCode

# An interaction ends when a person of ours has answered, else after so long.
INTERACTION = timedelta(hours=24)
# A message that reached us later than this is not answered any more as if somebody had just written.
LATE_AFTER = timedelta(minutes=15)
# A wish to be left alone is short; whoever says more than this says something else as well. In characters.
_LONGEST = 60
# Accents, and what joins or directs letters: part of a word, never between two.
_UNSEEN = ("Mn", "Mc", "Me", "Cf")
_HANDLES = re.compile(r"\A(?:@\w+[\s,:]*)+|(?:\s+@\w+)+\Z")
_SIGNATURE = re.compile(
    r"\n\s*(?:--|sent from|sent via|get outlook|von meinem|gesendet|envoye|enviado|inviato|verzonden|iphoneから)"
)
_COURTESY = re.compile(
    r"\b(?:please|pls|plz|thanks|thank you|thx|bitte|danke|s il (?:vous|te) plait|svp|merci|por favor|gracias"
    r"|obrigad[oa]|per favore|grazie|alsjeblieft|alstublieft|bedankt)\b"
)
_OBJECT = re.compile(
    r"(?<=\w) (?:(?:messaging|texting|contacting|dming|writing|writing to) me"
    r"|(?:sending (?:me )?)?(?:(?:these|the|your|any|all|more|automatic|automated) )*(?:messages|texts|dms))\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`automated_at`: our last automatic message to this person; `answered_at`: our last one that a person wrote."""

    private: bool
    encrypted: bool
    said_at: datetime
    opts_out: bool
    opted_out: bool
    open: bool
    automated_at: datetime | None = None
    answered_at: datetime | None = None
    channel_refusal: str = ""


def decide(facts: Facts, *, now: datetime) -> AutoReplyCode:
    """SENT when nothing speaks against it, else the first that does."""
    if not facts.private:
        return AutoReplyCode.PUBLIC
    if facts.opts_out:
        return AutoReplyCode.OPTS_OUT
    if facts.opted_out:
        return AutoReplyCode.OPTED_OUT
    if facts.encrypted:
        return AutoReplyCode.ENCRYPTED
    if facts.open:
        return AutoReplyCode.OPEN
    if now - facts.said_at > LATE_AFTER:
        return AutoReplyCode.LATE
    if facts.answered_at is not None and facts.answered_at >= facts.said_at:
        return AutoReplyCode.ANSWERED
    if _same_interaction(facts, now=now):
        return AutoReplyCode.ONCE
    return AutoReplyCode.CHANNEL if facts.channel_refusal else AutoReplyCode.SENT


def _same_interaction(facts: Facts, *, now: datetime) -> bool:
    if facts.automated_at is None or now - facts.automated_at >= INTERACTION:
        return False
    return facts.answered_at is None or facts.answered_at <= facts.automated_at


def opts_out(text: str, words: Mapping[str, Iterable[str]]) -> bool:
    """Whether somebody wrote one of the words, and nothing of substance besides: in any language, case and accent, with
    any mark. docs/rules.md says what may stand around it."""
    known = {_plain(word) for spoken in words.values() for word in spoken}
    if (said := _plain(text)) in known:
        return bool(said)
    own = _own_words(text)
    if len(own) > _LONGEST:
        return False
    bare = _OBJECT.sub("", " ".join(_COURTESY.sub(" ", own).split()))
    return bool(bare) and (bare.replace(" ", "") in known or all(word in known for word in bare.split()))


def _own_words(text: str) -> str:
    """Without whom it is said to and the line a phone puts below; its words, plain, one space between."""
    folded = unicodedata.normalize("NFKD", text).casefold().strip()
    folded = _SIGNATURE.split(_HANDLES.sub("", folded), maxsplit=1)[0]
    kept = (char for char in folded if unicodedata.category(char) not in _UNSEEN)
    return " ".join("".join(char if unicodedata.category(char)[0] in "LN" else " " for char in kept).split())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")
