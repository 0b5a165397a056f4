"""Words for where accounts and rules put a ticket. Pure; part of sentences.py."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets.choices import Priority
from tickets.staffing.words import Named
from tickets.wording.reasons import Data, grounds_of, reason_of, searches_of


def because(sentence: str, data: Data, **facts: Any) -> SafeString:
    reason, searches = reason_of(data), searches_of(data)
    whole = format_html(sentence, **facts) if facts else escape(sentence)
    because = format_html("{}: {}.", whole, reason) if reason else format_html("{}.", whole)
    return format_html("{} {}", because, searches) if searches else because


def _routed(who: str, data: Data, names: Named) -> SafeString:
    told = because(_("Put into <b>{queue}</b>"), data, queue=names.of("queue", data.get("queue")))
    if "language" not in data:
        return told
    needs = format_html(_("By its language it needs {skill}."), skill=names.of("skill", data["language"]))
    return format_html("{} {}", told, needs)


def _ruled(who: str, data: Data, names: Named) -> SafeString:
    """“Routed to Refunds, priority urgent, tagged money by rule ‘Refund words’ (version 3).”"""
    parts = format_html_join(", ", "{}", ((part,) for part in _ruled_parts(data, names)))
    facts = {"rule": data.get("name", ""), "version": data.get("version", "")}
    sentence = format_html(_("{what} by rule ‘{rule}’ (version {version})"), what=parts, **facts)
    because = grounds_of(data)
    whole = format_html("{}: {}.", sentence, because) if because else format_html("{}.", sentence)
    return SafeString(whole[:1].upper() + whole[1:])


def _ruled_parts(data: Data, names: Named) -> Iterator[SafeString]:
    yield from _placed_parts(data, names)
    if skills := data.get("skills"):
        yield format_html(_("in need of {skills}"), skills=", ".join(names.of("skill", pk) for pk in skills))
    if tags := data.get("tags"):
        yield format_html(_("tagged {tags}"), tags=", ".join(map(str, tags)))
    if data.get("ignored"):
        yield escape(_("ignored"))
    if data.get("left"):
        yield escape(_("left resolved"))
    if data.get("unanswered"):
        yield escape(_("not left resolved (what the customer said before has no answer)"))
    if data.get("noted"):
        yield escape(_("a note left"))
    if people := data.get("notified"):
        yield format_html(_("{people} told"), people=", ".join(names.of("person", pk) for pk in people))


def _placed_parts(data: Data, names: Named) -> Iterator[SafeString]:
    if "queue" in data:
        yield format_html(_("routed to <b>{queue}</b>"), queue=names.of("queue", data["queue"]))
    if "folder" in data:
        yield format_html(_("filed under {folder}"), folder=names.of("folder", data["folder"]))
    if "policy" in data:
        yield format_html(_("promised as in {policy}"), policy=names.of("policy", data["policy"]))
    if "priority" in data:
        yield format_html(_("priority set to {priority}"), priority=_priority(data["priority"]))
    if "to" in data:
        yield format_html(_("assigned to <b>{name}</b>"), name=names.of("person", data["to"]))


def _priority(value: Any) -> str:
    return str(Priority(value).label if value in Priority.values else value).lower()


TELLERS: dict[str, Callable[[str, Data, Any], SafeString]] = {"ticket.routed": _routed, "ticket.ruled": _ruled}
