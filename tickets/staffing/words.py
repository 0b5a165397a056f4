"""Words for who got a ticket and why, and why nobody did. Pure; part of sentences.py."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tickets.wording.reasons import Data


class Named(Protocol):
    """What ids are called (sentences.Names)."""

    def of(self, sort: str, pk: Any) -> str: ...


_HOW = {
    "sticky": gettext_lazy("answered this customer last"),
    "round_robin": gettext_lazy("in turns, in {queue}"),
    "least_loaded": gettext_lazy("has the smallest share in hand, in {queue}"),
}
_PASSED: Mapping[str, Any] = {
    "private": gettext_lazy("{name} may not read private messages"),
    "skills": gettext_lazy("{name} lacks a skill it needs"),
    "gave_back": gettext_lazy("{name} gave it back"),
    "away": gettext_lazy("{name} is away"),
    "unseen": gettext_lazy("{name} is not there"),
    "released": gettext_lazy("it was taken from {name}"),
    "full": gettext_lazy("{name} has reached their limit"),
}
_WAITS = {
    "nobody": gettext_lazy("nobody works in {queue}"),
    "private": gettext_lazy("nobody in {queue} may read private messages"),
    "skills": gettext_lazy("nobody in {queue} knows all it needs ({skills})"),
    "gave_back": gettext_lazy("in {queue} only who gave it back could take it"),
    "released": gettext_lazy("in {queue} only whom it was taken from could take it"),
    "away": gettext_lazy("everybody in {queue} who could take it is away"),
    "unseen": gettext_lazy("nobody in {queue} who could take it is there"),
    "full": gettext_lazy("everybody in {queue} who could take it has reached their limit"),
}
_RETURNED = {
    "gone": gettext_lazy("{name} does not work here any more"),
    "right": gettext_lazy("{name} may not work it any more"),
    "away": gettext_lazy("{name} is away"),
    "long_away": gettext_lazy("{name} has been away for long"),
    "released": gettext_lazy("the work of {name} was given back"),
}


def assigned(who: str, data: Data, names: Named) -> SafeString | None:
    """Of what the desk itself gave out or took back; None of what somebody did by hand."""
    if "how" in data and data["how"] in _HOW:
        return _given(data, names)
    if "returned" in data:
        return _returned(who, data, names)
    if data.get("how") == "next":
        return format_html(_("{who} asked for the next ticket and got this one."), who=who)
    return None


def _given(data: Data, names: Named) -> SafeString:
    """“Given to Ana: in turns, in Billing; Bob is away.”"""
    how = format_html(str(_HOW[data["how"]]), queue=names.of("queue", data.get("queue")))
    parts = [how, *(_each(_PASSED, why, person, names) for person, why in data.get("passed", ()))]
    name, before = names.of("person", data.get("to")), data.get("from")
    because = format_html_join("; ", "{}", ((part,) for part in parts if part))
    if before is not None:
        facts = {"name": name, "before": names.of("person", before)}
        return format_html(_("Given to <b>{name}</b>, as {before} is not there: {because}."), because=because, **facts)
    return format_html(_("Given to <b>{name}</b>: {because}."), name=name, because=because)


def _returned(who: str, data: Data, names: Named) -> SafeString:
    """“Given back to the queue: Bob is away.”, “Sam gave back what Bob had in hand, this ticket with it.”"""
    name = names.of("person", data.get("from"))
    because = _each(_RETURNED, data["returned"], data.get("from"), names)
    if who in (_bold(name), _bold(pgettext("nobody in person acted", "The desk"))):
        return format_html(_("Given back to the queue: {because}."), because=because)
    if data["returned"] == "released":
        return format_html(_("{who} gave back what {name} had in hand, this ticket with it."), who=who, name=name)
    return format_html(_("{who} gave it back to the queue: {because}."), who=who, because=because)


def _bold(name: str) -> SafeString:
    return format_html("<b>{}</b>", name)


def _each(sentences: Mapping[str, Any], why: str, person: Any, names: Named) -> SafeString:
    return format_html(str(sentences.get(why, "{name}")), name=names.of("person", person))


def _waits(who: str, data: Data, names: Named) -> SafeString:
    """“Waits for somebody: who could take it in Billing is away.”"""
    why, skills = str(data.get("why", "")), _skills(data.get("skills", ()), names)
    because = format_html(str(_WAITS.get(why, why)), queue=names.of("queue", data.get("queue")), skills=skills)
    if skills and why not in ("skills", "nobody", "private"):
        return format_html(_("Waits for somebody: {because}. It needs: {skills}."), because=because, skills=skills)
    return format_html(_("Waits for somebody: {because}."), because=because)


def _needs(who: str, data: Data, names: Named) -> SafeString:
    if "language" in data:
        return format_html(_("By its language it needs {skill}."), skill=names.of("skill", data["language"]))
    skills = _skills(data.get("after", ()), names)
    if not skills:
        return format_html(_("{who} said that it needs no particular skill."), who=who)
    return format_html(_("{who} said what it needs: {skills}."), who=who, skills=skills)


def _skills(keys: Iterable[Any], names: Named) -> SafeString:
    return format_html_join(", ", "{}", ((names.of("skill", key),) for key in keys))


TELLERS: dict[str, Callable[[str, Data, Any], SafeString]] = {"ticket.waits": _waits, "ticket.skills": _needs}
