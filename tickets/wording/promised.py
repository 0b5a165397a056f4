"""Words for what became of promises: part of tickets/wording/sentences.py. Pure."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets.choices import MessageKind, Metric, Priority, Status
from tickets.wording.reasons import Data
from tickets.wording.rested import moment_of


def label_of(choices: type[Status] | type[Priority] | type[Metric] | type[MessageKind], value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value)


def _started(who: str, data: Data, names: Any) -> SafeString:
    metric, minutes = label_of(Metric, data.get("metric")), data.get("minutes", "")
    return format_html(_("{metric} promised within {minutes} minutes."), metric=metric, minutes=minutes)


def _met(who: str, data: Data, names: Any) -> SafeString:
    metric, minutes = label_of(Metric, data.get("metric")), data.get("minutes_taken", "")
    return format_html(_("{metric} kept, after {minutes} minutes."), metric=metric, minutes=minutes)


def _missed(who: str, data: Data, names: Any) -> SafeString:
    return format_html(_("{metric} is late."), metric=label_of(Metric, data.get("metric")))


def _step(who: str, data: Data, names: Any) -> SafeString:
    share, metric = data.get("share", 0), label_of(Metric, data.get("metric"))
    if share < 100:
        said = format_html(_("{metric}: {share} % of its time is used up."), metric=metric, share=share)
    elif share == 100:
        said = format_html(_("{metric} is late."), metric=metric)
    else:
        said = format_html(_("{metric} is late by {share} % of its time."), metric=metric, share=share - 100)
    if "raised_to" in data:
        before, after = label_of(Priority, data["raised_from"]), label_of(Priority, data["raised_to"])
        raised = format_html(_("Priority raised from {before} to {after}."), before=before, after=after)
        said = format_html("{} {}", said, raised)
    if "queue" in data:
        moved = format_html(_("Put into <b>{queue}</b>."), queue=names.of("queue", data["queue"]))
        said = format_html("{} {}", said, moved)
    if people := data.get("notified"):
        told = ", ".join(names.of("person", pk) for pk in people)
        said = format_html("{} {}", said, format_html(_("{people} told."), people=told))
    return said


def _retargeted(who: str, data: Data, names: Any) -> SafeString:
    metric, after = label_of(Metric, data.get("metric")), data.get("after")
    if after is None:
        return format_html(
            _("{who} put the changed policy on it: {metric} is not promised any more."), who=who, metric=metric
        )
    moments = {name: moment_of(data[name]) for name in ("before", "after")}
    sentence = _("{who} put the changed policy on it: {metric} is due at {after} instead of {before}.")
    return format_html(sentence, who=who, metric=metric, **moments)


TELLERS: dict[str, Callable[[str, Data, Any], SafeString]] = {
    "clock.started": _started,
    "clock.met": _met,
    "clock.missed": _missed,
    "clock.step": _step,
    "clock.retargeted": _retargeted,
}
