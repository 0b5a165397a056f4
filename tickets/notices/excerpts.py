"""The words a notice is about, read when it is shown: only what whoever reads it may read by then."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery

from tickets.choices import Direction, NoticeEvent, Visibility
from tickets.models import Message, Notice, Ticket
from tickets.notices.words import one_line
from tickets.permissions import visible_messages

LONGEST = 120
# Of these the customer's latest words say what it is about.
_OF_TICKETS = frozenset(
    {
        *(NoticeEvent.ASSIGNED, NoticeEvent.WOKE, NoticeEvent.DUE, NoticeEvent.LATE, NoticeEvent.TOLD),
        NoticeEvent.CUSTOMER,
    }
)


def first_words(user: User, notices: Collection[Notice]) -> dict[int, str]:
    """By notice, on one line, cut. Two statements, however many."""
    return {pk: _cut(one_line(words)) for pk, words in words_about(user, notices).items()}


def words_about(user: User, notices: Collection[Notice], *, public: bool = False) -> dict[int, str]:
    """By notice, of a note or message its words, else the customer's latest where they say what it is about; not of
    what a rule said of another one. `public`: nothing that was said in private. Two statements, however many."""
    told = [one for one in notices if not (public and one.private)]
    said = visible_messages(user).filter(deleted_at=None)
    if public:
        said = said.exclude(visibility=Visibility.PRIVATE)
    by_message = _texts(said, {one.data["message"] for one in told if "message" in one.data})
    by_ticket = _latest(said, {one.ticket_id or 0 for one in told if one.event in _OF_TICKETS})
    found = {}
    for one in told:
        text = by_message.get(one.data.get("message", 0), "")
        of_its_own = one.event == NoticeEvent.TOLD and "message" in one.data
        if not text and one.event in _OF_TICKETS and not of_its_own:
            text = by_ticket.get(one.ticket_id or 0) or ""
        if text:
            found[one.pk] = text
    return found


def _texts(said: QuerySet[Message], pks: Collection[int]) -> dict[int, str]:
    return dict(said.filter(pk__in=pks).values_list("pk", "text")) if pks else {}


def _latest(said: QuerySet[Message], tickets: Collection[int]) -> dict[int, str | None]:
    if not tickets:
        return {}
    theirs = said.filter(ticket=OuterRef("pk"), direction=Direction.IN).order_by("-sent_at", "-id")
    return dict(Ticket.objects.filter(pk__in=tickets).values_list("pk", Subquery(theirs.values("text")[:1])))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
