"""What matters most of several notices, in one line: what a mail's subject says. No word of a message; no queries."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import ngettext

from tickets.choices import NoticeEvent
from tickets.models import Notice
from tickets.notices.whom import WHOLE
from tickets.notices.words import sentence

_NAMED = 5  # tickets; of more it says that there are more


def headline(notices: Sequence[Notice]) -> str:
    """“2 tickets are late: #32, #30, and 3 more notices”: the most urgent kind, and how many are of others.
    `notices`: one at least, the latest first."""
    kind = min(map(kind_of, notices), key=urgency)
    some = [one for one in notices if kind_of(one) == kind]
    rest = len(notices) - len(some)
    first = _said(kind, some)
    if not rest:
        return first
    return ngettext("{first}, and {n} more notice", "{first}, and {n} more notices", rest).format(first=first, n=rest)


def urgency(kind: NoticeEvent) -> int:
    """The smaller, the more urgent."""
    return list(_WORDS).index(kind)


def kind_of(notice: Notice) -> NoticeEvent:
    """What is said of it: of a step that told somebody, that a promise is late or soon due."""
    event = NoticeEvent(notice.event)
    if event == NoticeEvent.TOLD and "share" in notice.data:
        event = NoticeEvent.LATE if notice.data["share"] >= WHOLE else NoticeEvent.DUE
    return NoticeEvent.NOTE if event in (NoticeEvent.REPLIED, NoticeEvent.STATUS) else event


def _said(kind: NoticeEvent, some: Sequence[Notice]) -> str:
    names = list(dict.fromkeys(filter(None, map(_name, some))))
    n = len(names) + sum(one.data.get("n", 1) for one in some if not _name(one))
    if n == 1 and not names:
        return sentence(some[0]).rstrip(".")
    where = ", ".join(names[:_NAMED]) + (" …" if names and n > min(len(names), _NAMED) else "")
    words = _WORDS[kind](n).format(n=n, where=where)
    return f"{words}: {where}" if n > 1 and where else words


def _name(notice: Notice) -> str:
    if notice.ticket_id is not None:
        return f"#{notice.ticket_id}"
    return str(notice.data.get("name", "")) if notice.event == NoticeEvent.ACCOUNT else ""


def _accounts(n: int) -> str:
    return ngettext("{where} does not send any more", "{n} accounts do not send any more", n)


def _late(n: int) -> str:
    return ngettext("{where} is late", "{n} tickets are late", n)


def _failed(n: int) -> str:
    return ngettext("An answer on {where} could not be sent", "Answers on {n} tickets could not be sent", n)


def _approvals(n: int) -> str:
    return ngettext("An answer on {where} waits for your approval", "Answers on {n} tickets wait for your approval", n)


def _due(n: int) -> str:
    return ngettext("{where} is soon late", "{n} tickets are soon late", n)


def _mentions(n: int) -> str:
    return ngettext("You are mentioned on {where}", "You are mentioned on {n} tickets", n)


def _told(n: int) -> str:
    return ngettext("You are to look at {where}", "You are to look at {n} tickets", n)


def _woke(n: int) -> str:
    return ngettext("{where} is back from being put aside", "{n} tickets are back from being put aside", n)


def _wrote(n: int) -> str:
    return ngettext("The customer wrote on {where}", "Customers wrote on {n} tickets", n)


def _given(n: int) -> str:
    return ngettext("{where} was given to you", "{n} tickets were given to you", n)


def _decided(n: int) -> str:
    return ngettext(
        "It was decided about your answer on {where}", "It was decided about your answers on {n} tickets", n
    )


def _returned(n: int) -> str:
    return ngettext("{where} was given back for you", "{n} tickets of yours were given back", n)


def _others(n: int) -> str:
    return ngettext("A colleague worked on {where}", "Colleagues worked on {n} tickets", n)


# The most urgent first.
_WORDS: Mapping[NoticeEvent, Callable[[int], str]] = {
    NoticeEvent.ACCOUNT: _accounts,
    NoticeEvent.LATE: _late,
    NoticeEvent.FAILED: _failed,
    NoticeEvent.APPROVAL: _approvals,
    NoticeEvent.DUE: _due,
    NoticeEvent.MENTIONED: _mentions,
    NoticeEvent.TOLD: _told,
    NoticeEvent.WOKE: _woke,
    NoticeEvent.CUSTOMER: _wrote,
    NoticeEvent.ASSIGNED: _given,
    NoticeEvent.DECIDED: _decided,
    NoticeEvent.RETURNED: _returned,
    NoticeEvent.NOTE: _others,
}
