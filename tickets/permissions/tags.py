"""Which tags somebody is told of: a tag is a free word, and may tell of what happened on a ticket."""

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from tickets.models import ApprovalRule, Tag
from tickets.permissions.rights import Somebody
from tickets.permissions.seeing import sees_all, visible_tickets

LATEST = 100  # tickets of a tag that are looked at


def visible_tags(user: Somebody) -> QuerySet[Tag]:
    """Those of the tickets they may see (among the latest of each tag), and those that the desk set up or that one of
    its approval rules asks for. Every one for who may see every ticket."""
    if sees_all(user):
        return Tag.objects.all()
    asked_for = Exists(ApprovalRule.tags.through.objects.filter(tag=OuterRef("pk")))
    seen = _AmongLatest(F("pk"), visible_tickets(user).values("pk"))
    return Tag.objects.filter(Q(set_up=True) | Q(asked_for) | Q(seen))


class _AmongLatest(Func):
    """Whether one of a tag's latest tickets is among these. Ends with the first that is: a join of the two would read
    them all."""

    template = "EXISTS (SELECT 1 FROM (SELECT ticket_id FROM tickets_ticket_tags WHERE tag_id = %(expressions)s)"
    arg_joiner = f" ORDER BY ticket_id DESC LIMIT {LATEST}) AS latest WHERE latest.ticket_id IN "
    output_field = BooleanField()
