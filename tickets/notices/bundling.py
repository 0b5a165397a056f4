"""Many gifts in one go are one notice: whoever was given the night's tickets is told of it once."""

from collections import defaultdict
from collections.abc import Iterable

from tickets.choices import NoticeEvent
from tickets.models import Notice

FEW = 3  # so many are still told one by one, each with its ticket


def bundle(notices: Iterable[Notice]) -> list[Notice]:
    """Of the tickets one person gave to another, and of those the desk gave them, one notice where they are more than a
    few. It names no ticket, keeps how many there were (`n`), and stands where the last of them would."""
    gifts: dict[tuple[int, int | None], list[Notice]] = defaultdict(list)
    kept: list[Notice] = []
    for one in notices:
        is_gift = one.event == NoticeEvent.ASSIGNED and one.ticket_id is not None
        (gifts[one.person_id, one.actor_id] if is_gift else kept).append(one)
    for some in gifts.values():
        kept.extend(some if len(some) <= FEW else [_together(some)])
    return sorted(kept, key=lambda one: one.line or 0)


def _together(some: list[Notice]) -> Notice:
    last = max(some, key=lambda one: (one.line or 0, one.at))
    return Notice(
        person_id=last.person_id,
        event=last.event,
        line=last.line,
        actor_id=last.actor_id,
        data={"n": len(some)},
        at=last.at,
    )
