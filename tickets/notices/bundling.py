"""Many in one go are one notice: whoever was given the night's tickets, or leads a queue in which many
are late at once, is told of it once."""

from collections import defaultdict
from collections.abc import Iterable

from tickets.choices import NoticeEvent
from tickets.models import Notice
from tickets.notices.whom import WHOLE

FEW = 3  # so many tickets are still told one by one, each by its number


def bundle(notices: Iterable[Notice]) -> list[Notice]:
    """Of the tickets one person gave to another, of those the desk gave them, and of those whose promises ran out, one
    notice where the tickets are more than a few. It names none, keeps how many there were (`n`), and stands where the
    last of them would."""
    alike: dict[tuple[int, int | None, str, bool], list[Notice]] = defaultdict(list)
    kept: list[Notice] = []
    for one in notices:
        late = one.data.get("share", 0) >= WHOLE
        (alike[one.person_id, one.actor_id, one.event, late] if _gathers(one) else kept).append(one)
    for some in alike.values():
        kept.extend(some if len({one.ticket_id for one in some}) <= FEW else [_together(some)])
    return sorted(kept, key=lambda one: one.line or 0)


def _gathers(one: Notice) -> bool:
    of_a_promise = "share" in one.data and one.event in (NoticeEvent.LATE, NoticeEvent.DUE, NoticeEvent.TOLD)
    return one.ticket_id is not None and (one.event == NoticeEvent.ASSIGNED or of_a_promise)


def _together(some: list[Notice]) -> Notice:
    last = max(some, key=lambda one: (one.line or 0, one.at))
    shares = {"share": max(one.data["share"] for one in some)} if "share" in last.data else {}
    return Notice(
        person_id=last.person_id,
        event=last.event,
        line=last.line,
        actor_id=last.actor_id,
        data={"n": len({one.ticket_id for one in some})} | shares,
        at=last.at,
    )
