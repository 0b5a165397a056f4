"""Where a notice leads: to what is to be done, or to where it happened."""

from collections.abc import Callable, Mapping

from django.urls import reverse

from tickets.choices import NoticeEvent
from tickets.models import Notice

# Of what is about no single ticket.
_PLACES: Mapping[str, Callable[[], str]] = {
    NoticeEvent.ACCOUNT: lambda: reverse("outbox"),
    NoticeEvent.ASSIGNED: lambda: f"{reverse('tickets')}?view=mine",
    NoticeEvent.RETURNED: lambda: f"{reverse('tickets')}?view=unassigned",
}


def place_of(notice: Notice) -> str:
    """The message, if it was one; while an answer waits for approval, its card."""
    if notice.ticket_id is None:
        return _PLACES[notice.event]() if notice.event in _PLACES else reverse("notices")
    if notice.event == NoticeEvent.APPROVAL and notice.read_at is None and "approval" in notice.data:
        return f"{reverse('approvals')}#approval-{notice.data['approval']}"
    place = reverse("ticket", args=[notice.ticket_id])
    return f"{place}#m{notice.data['message']}" if "message" in notice.data else place
