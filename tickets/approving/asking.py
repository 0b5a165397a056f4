"""An answer is held until somebody else lets it go, where a rule says so."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

from tickets.approving.needing import Answer, Need, Rule, first_need, words_in
from tickets.choices import NoticeEvent, Visibility
from tickets.models import Approval, ApprovalRule, Membership, Message, Ticket
from tickets.notices.telling import tell
from tickets.permissions import Verb, may_on, who_may_on


def find_need(ticket: Ticket, *, private: bool, text: str, by: User) -> Need | None:
    """One statement where there are no rules, and up to five where there are."""
    return find_needs(ticket, text=text, by=by, ways=(private,)).get(private)


def find_needs(ticket: Ticket, *, text: str, by: User, ways: Collection[bool]) -> dict[bool, Need]:
    """The same for each way it may be said (private or not) that needs it, in no more statements."""
    rules = _rules() if ways else []
    if not rules:
        return {}
    teams = Membership.objects.filter(person=by.pk).values_list("team", flat=True) if _any(rules, "teams") else ()
    answer = Answer(
        address=ticket.address_id,
        queue=ticket.queue_id,
        private=False,
        text=text,
        tags=frozenset(ticket.tags.values_list("pk", flat=True) if _any(rules, "tags") else ()),
        teams=frozenset(teams),
        approver=may_on(by, "approve", ticket),
    )
    found = {private: first_need(rules, replace(answer, private=private)) for private in ways}
    return {private: need for private, need in found.items() if need is not None}


def _rules() -> list[Rule]:
    return [
        Rule(
            pk=row.pk,
            name=row.name,
            address=row.address_id,
            queue=row.queue_id,
            private=None if not row.said else row.said == ApprovalRule.Said.PRIVATE,
            tags=frozenset(tag.pk for tag in row.tags.all()),
            words=words_in(row.words),
            teams=frozenset(team.pk for team in row.teams.all()),
        )
        for row in ApprovalRule.objects.filter(enabled=True).prefetch_related("tags", "teams")
    ]


def ask(message: Message, need: Need, *, by: User, now: datetime) -> Approval:
    """`message`: what was written, of a thread the first part."""
    rule, private = ApprovalRule.objects.get(pk=need.rule), message.visibility == Visibility.PRIVATE
    people = who_decide(message.ticket.queue_id, private=private) if message.ticket is not None else ()
    approval = Approval.objects.create(
        message=message,
        address_id=message.address_id,
        rule=rule,
        word=need.word[:200],
        writer_id=by.pk,
        asked_at=now,
        expires_at=now + timedelta(minutes=rule.minutes or settings.APPROVAL_MINUTES),
    )
    facts = {"message": message.pk, "approval": approval.pk}
    tell(people, NoticeEvent.APPROVAL, now=now, ticket=message.ticket, by=by, private=private, **facts)
    return approval


def who_decide(queue: int, *, private: bool) -> QuerySet[User]:
    """Who may let answers go there. One statement."""
    rights: tuple[Verb, ...] = ("see", "approve", "see_private") if private else ("see", "approve")
    return who_may_on(queue, *rights)


def _any(rules: list[Rule], name: str) -> bool:
    return any(getattr(rule, name) for rule in rules)
