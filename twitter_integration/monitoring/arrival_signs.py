"""The health card's lines of what comes in: deliveries, and the streams that are told by webhook or read by polling."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twitter_integration.models import Cursor, PartnerAccount
from twitter_integration.monitoring.card import Sign, ago
from twitter_integration.monitoring.card_facts import Facts
from twitter_integration.reading import cursors
from twitter_integration.reading.comparison import never_answered, why_incomplete

DELIVERY_LAG = timedelta(minutes=5)
_MOST_COUNTED = 1000


def deliveries(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    """The last event is the last of all ways in: an account may only be read."""
    known = [account.last_event_at, *facts.newest.values()]
    yield Sign(label=_("Last event"), value=ago(max(filter(None, known), default=None), now=now))
    oldest = facts.waiting_since
    late = oldest is not None and now - oldest > DELIVERY_LAG
    yield Sign(
        label=_("Lag"),
        value=_("oldest unworked delivery {ago}").format(ago=ago(oldest, now=now)) if oldest else _("none"),
        trouble=_("A delivery has been waiting since {ago}.").format(ago=ago(oldest, now=now)) if late else "",
        remedy=_("Look whether the worker runs."),
    )
    dead = min(facts.dead_letters, _MOST_COUNTED)
    yield Sign(
        label=_("Dead letters"),
        value=f"{dead}" if dead < _MOST_COUNTED else _("{dead} or more").format(dead=dead),
        trouble=_unworked(dead) if dead else "",
        remedy=_("See why under Webhook deliveries, and replay them."),
        fatal=False,
    )


def streams(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    """One line a stream. Why one could not be read is told once with the token, where that is the cause."""
    useless = not cursors.has_token(account)
    newest, known = facts.newest, facts.cursors
    for stream in sorted(newest.keys() | known.keys()):
        cursor = known.get(stream)
        parts = [_("last event {ago}").format(ago=ago(newest[stream], now=now))] if stream in newest else []
        parts += _polled(cursor, now=now) if cursor else []
        trouble, remedy = _trouble(cursor) if cursor and not useless else ("", "")
        yield Sign(
            label=stream.replace("_", " ").capitalize(),
            value=" · ".join(parts) or _("nothing yet"),
            trouble=trouble,
            remedy=remedy,
            fatal=False,
            failed=cursor is not None and cursor.failures > 0,
        )


def _trouble(cursor: Cursor) -> tuple[str, str]:
    """What is wrong with a stream, and what helps."""
    if cursor.failures:
        failed = _("Reading {stream} failed {times}: {result}").format(
            stream=cursor.stream, times=_times(cursor.failures), result=cursor.result
        )
        return failed, _("It is tried again by itself.")
    if left_open := why_incomplete(cursor.report):
        state = _("could not be compared") if never_answered(cursor.report) else _("not complete, compared")
        sentence = _("{stream}: {state} with X {moment}. {left_open}").format(
            stream=cursor.get_stream_display(), state=state, moment=_moment(cursor.reconciled_at), left_open=left_open
        )
        return sentence, _("It is compared again by itself; x_reconcile does it now.")
    return "", ""


def _polled(cursor: Cursor, *, now: datetime) -> list[str]:
    if cursor.failures:
        parts = [
            _("could not be read {ago}: {result}")
            .format(ago=ago(cursor.polled_at, now=now), result=cursor.result)
            .rstrip(": .")
        ]
    else:
        parts = [f"read {ago(_last_read(cursor), now=now)}"]
    if cursor.complete_until and not why_incomplete(cursor.report):
        parts.append(_("complete up to {moment}").format(moment=_moment(cursor.complete_until)))
    if cursor.reconciled_at:
        state = _(", not complete") if why_incomplete(cursor.report) else ""
        tried = ago(cursor.reconciled_at, now=now)
        failed = never_answered(cursor.report)
        parts.append(
            _("could not be compared with X {tried}").format(tried=tried)
            if failed
            else _("compared with X {tried}{state}").format(tried=tried, state=state)
        )
    if cursor.window_left is not None and cursor.window_ends_at and cursor.window_ends_at > now:
        parts.append(
            _("{window_left} of {window_limit} calls left until {window_ends_at:%H:%M} UTC").format(
                window_left=cursor.window_left, window_limit=cursor.window_limit, window_ends_at=cursor.window_ends_at
            )
        )
    return parts


def _last_read(cursor: Cursor) -> datetime | None:
    """Polled, or read through to compare: what "complete up to" claims may rest on either."""
    compared = None if cursor.report.get("problem") else cursor.reconciled_at
    return max(filter(None, [cursor.polled_at, compared, cursor.complete_until]), default=None)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else _("never")


def _unworked(dead: int) -> str:
    sentence = ngettext("Could not be worked: {n} delivery.", "Could not be worked: {n} deliveries.", dead)
    return sentence.format(n=dead)


def _times(number: int) -> str:
    return ngettext("once", "{n} times", number).format(n=number)
