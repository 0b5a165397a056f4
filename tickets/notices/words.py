"""A notice in words, for pages, mail and programs: plain text. No word of a message; no queries."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tickets.choices import Metric, NoticeEvent, Priority, Status
from tickets.models import Notice
from tickets.models.departed import doer_of
from tickets.notices.whom import WHOLE


def sentence(notice: Notice) -> str:
    """“Bob mentioned you in a note.” `actor` and `ticket` are to be read along."""
    words = _WORDS[NoticeEvent(notice.event)]
    return " ".join([words(notice).format(who=who(notice), **_facts(notice)), *_done(notice)])


def _done(notice: Notice) -> Iterator[str]:
    """What a step of escalation did to the ticket."""
    if "share" not in notice.data or notice.data.get("n"):
        return
    raised_to = notice.data.get("raised_to", "")
    if raised_to in Priority.values:
        yield _("Priority raised to {priority}.").format(priority=Priority(raised_to).label)
    if "queue" in notice.data:
        yield _("Put into another queue.")


def one_line(text: str) -> str:
    """Without what could end a line, or turn its direction."""
    seen = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(seen.split())


def who(notice: Notice) -> str:
    return doer_of(notice) or pgettext("nobody in person acted", "The desk")


def _facts(notice: Notice) -> dict[str, object]:
    data = notice.data
    metric, after, share = data.get("metric", ""), data.get("after", ""), data.get("share", 0)
    return {
        "metric": str(Metric(metric).label) if metric in Metric.values else metric,
        "after": str(Status(after).label) if after in Status.values else after,
        "share": share,
        "over": share - WHOLE,
        "name": data.get("name", ""),
        "why": data.get("why", ""),
        "n": data.get("n", 1),
    }


def _assigned(notice: Notice) -> str:
    """`n`: of many given in one go (bundling.py)."""
    many = notice.data.get("n")
    if many is None:
        return _("{who} gave this ticket to you.")
    return _("{n} tickets were given to you.") if notice.actor_id is None else _("{who} gave {n} tickets to you.")


def _wrote(notice: Notice) -> str:
    """`n`: so many times, not read before (overtaken.py)."""
    n = notice.data.get("n", 1)
    if notice.private:
        return ngettext("The customer sent a private message.", "The customer sent {n} private messages.", n)
    return ngettext("The customer wrote.", "The customer wrote {n} times.", n)


def _returned(notice: Notice) -> str:
    return ngettext(
        "{who} gave one of your tickets back to its queue.",
        "{who} gave {n} of your tickets back to their queues.",
        notice.data.get("n", 1),
    )


def _told(notice: Notice) -> str:
    if "share" in notice.data:
        if notice.data.get("n"):
            return _some_late(notice)
        return " ".join((_share(notice), _("Its policy has you told.")))
    if notice.data.get("name"):
        return ngettext(
            "The rule ‘{name}’ wants you to look at this.",
            "The rule ‘{name}’ wants you to look at {n} messages here.",
            notice.data.get("n", 1),
        )
    return _("You are to look at this.")


def _share(notice: Notice) -> str:
    share = notice.data["share"]
    if share < WHOLE:
        return _("{metric}: {share} % of its time is used up.")
    return _("{metric} is late by {over} % of its time.") if share > WHOLE else _("{metric} is late.")


def _decided(notice: Notice) -> str:
    if notice.data.get("expired"):
        return _("Nobody let your answer go in time. Its words are in your draft.")
    return _("{who} approved your answer.") if notice.data.get("approved") else _("{who} sent your answer back.")


def _failed(notice: Notice) -> str:
    if not notice.data.get("gone"):
        return _("An answer could not be sent.")
    if notice.data.get("expired"):
        return _("Nobody let an answer go in time, and who wrote it is not here any more. Somebody else has to answer.")
    return _("{who} sent an answer back, and who wrote it is not here any more. Somebody else has to answer.")


def _late(notice: Notice) -> str:
    """So or soon: what a promise has come to."""
    return _some_late(notice) if notice.data.get("n") else _share(notice)


def _some_late(notice: Notice) -> str:
    """Of many at once (bundling.py)."""
    if notice.data["share"] < WHOLE:
        return ngettext("{n} ticket is soon late.", "{n} tickets are soon late.", notice.data["n"])
    return ngettext("{n} ticket is late.", "{n} tickets are late.", notice.data["n"])


_WORDS: Mapping[NoticeEvent, Callable[[Notice], str]] = {
    NoticeEvent.MENTIONED: lambda notice: _("{who} mentioned you in a note."),
    NoticeEvent.ASSIGNED: _assigned,
    NoticeEvent.RETURNED: _returned,
    NoticeEvent.APPROVAL: lambda notice: _("{who} asks you to approve an answer."),
    NoticeEvent.DECIDED: _decided,
    NoticeEvent.FAILED: _failed,
    NoticeEvent.LATE: _late,
    NoticeEvent.DUE: _late,
    NoticeEvent.TOLD: _told,
    NoticeEvent.WOKE: lambda notice: _("Back from being put aside: its moment came."),
    NoticeEvent.CUSTOMER: _wrote,
    NoticeEvent.NOTE: lambda notice: _("{who} left a note."),
    NoticeEvent.REPLIED: lambda notice: _("{who} answered."),
    NoticeEvent.STATUS: lambda notice: _("{who} changed the status to {after}."),
    NoticeEvent.ACCOUNT: lambda notice: _("{name} does not send any more: {why}"),
}
