"""Words for a ticket's history: what became of an answer that somebody else has to let go. Pure."""

from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def _asked(who: str, data: Any, names: Any) -> SafeString:
    rule, word = data.get("rule", ""), data.get("word", "")
    if word:
        sentence = _("{who} wrote an answer that somebody else has to let go: rule ‘{rule}’, it says “{word}”.")
        return format_html(sentence, who=who, rule=rule, word=word)
    return format_html(_("{who} wrote an answer that somebody else has to let go: rule ‘{rule}’."), who=who, rule=rule)


def _approved(who: str, data: Any, names: Any) -> SafeString:
    if data.get("changed"):
        return format_html(_("{who} changed the answer and let it go."), who=who)
    return format_html(_("{who} let the answer go."), who=who)


def _sent_back(who: str, data: Any, names: Any) -> SafeString:
    if data.get("to") is None:
        told = _("{who} sent an answer back, whose writer is not here any more: {reason}")
        return format_html(told, who=who, reason=data.get("reason", ""))
    facts = {"name": names.of("person", data.get("to")), "reason": data.get("reason", "")}
    return format_html(_("{who} sent an answer back to {name}: {reason}"), who=who, **facts)


def _expired(who: str, data: Any, names: Any) -> SafeString:
    if data.get("to") is None:
        return escape(_("Nobody let an answer go in time, and who wrote it is not here any more."))
    return escape(_("Nobody let an answer go in time: its words went back to who wrote it."))


TELLERS = {
    "reply.asked": _asked,
    "reply.approved": _approved,
    "reply.sent_back": _sent_back,
    "reply.expired": _expired,
}
