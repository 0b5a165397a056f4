"""Where each message goes when a gesture is undone: back to where it was, or to where what it answers is."""

from collections.abc import Mapping, Sequence

from tickets.choices import Direction, Status
from tickets.models import Gesture, Message, Trace

_Key = tuple[int, str]


def where_to(gesture: Gesture, traces: Sequence[Trace]) -> dict[int, int]:
    """message → ticket, of those that leave the home of the gesture: what was brought there and is there still, and
    what came since and belongs to that. Four statements at most."""
    home = gesture.home_id
    came = {pk: trace.ticket_id for trace in traces for pk in trace.before.get("messages", ())}
    still = set(Message.objects.filter(ticket=home, pk__in=came).values_list("pk", flat=True))
    back = {pk: ticket for pk, ticket in came.items() if pk in still}
    later = list(Message.objects.filter(ticket=home, pk__gt=gesture.latest).order_by("sent_at", "pk"))
    if any(trace.fresh for trace in traces):  # nothing stays there
        source = next(trace.ticket_id for trace in traces if not trace.fresh)
        return back | {message.pk: source for message in later}
    closed = {t.ticket_id for t in traces if t.before["ticket"]["status"] in (Status.CLOSED, Status.IGNORED)}
    belongs = _follow(later, back, _places(home, later, back, gesture))
    return back | {pk: ticket for pk, ticket in belongs.items() if ticket not in closed and ticket != home}


def _places(
    home: int, later: Sequence[Message], back: Mapping[int, int], gesture: Gesture
) -> tuple[dict[_Key, int], dict[tuple[object, ...], set[int]]]:
    """Where the messages that these answer will be, by id; and whose talk is on which tickets."""
    addresses = {message.address_id for message in later}
    if not later:
        return {}, {}
    wanted = {message.in_reply_to for message in later} - {""}
    rows = Message.objects.filter(ticket=home, address__in=addresses, external_id__in=wanted)
    by_id = {
        (address, number or ""): back.get(pk, home)
        for pk, address, number in rows.values_list("pk", "address_id", "external_id")
    }
    by_id |= _versions(addresses, wanted, back, home)
    people = {message.identity_id for message in later}
    talks: dict[tuple[object, ...], set[int]] = {}
    earlier = Message.objects.filter(ticket=home, pk__lte=gesture.latest, identity__in=people)
    for pk, *key in earlier.values_list("pk", "address_id", "conversation", "identity_id"):
        talks.setdefault(tuple(key), set()).add(back.get(pk, home))
        talks.setdefault((key[0], key[2]), set()).add(back.get(pk, home))
    return by_id, talks


def _versions(addresses: set[int], wanted: set[str], back: Mapping[int, int], home: int) -> dict[_Key, int]:
    rows = Message.objects.filter(ticket=home, versions__address__in=addresses, versions__external_id__in=wanted)
    columns = rows.values_list("pk", "versions__address_id", "versions__external_id")
    return {(address, number): back.get(pk, home) for pk, address, number in columns}


def _follow(
    later: Sequence[Message],
    back: Mapping[int, int],
    places: tuple[dict[_Key, int], dict[tuple[object, ...], set[int]]],
) -> dict[int, int]:
    by_id, talks = places
    found: dict[int, int] = {}
    waiting = list(later)
    while waiting:
        numbers = {one.external_id for one in waiting} - {None}
        ready = [one for one in waiting if one.in_reply_to == one.external_id or one.in_reply_to not in numbers]
        for message in ready or waiting[:1]:
            waiting.remove(message)
            place = by_id.get((message.address_id, message.in_reply_to)) or _by_talk(message, talks)
            if place is not None:
                found[message.pk] = place
                by_id[message.address_id, message.external_id or ""] = place
    return found


def _by_talk(message: Message, talks: Mapping[tuple[object, ...], set[int]]) -> int | None:
    """The one ticket on which this conversation with them was, else all that was said with them."""
    if message.direction == Direction.INTERNAL:
        return None
    exact = talks.get((message.address_id, message.conversation, message.identity_id), set())
    places = exact or talks.get((message.address_id, message.identity_id), set())
    return next(iter(places)) if len(places) == 1 else None
