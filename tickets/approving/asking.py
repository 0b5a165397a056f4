"""An answer is held until somebody else lets it go, where a rule says so."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet, prefetch_related_objects

from kapture.prepared import prepared
from tickets.approving.needing import Answer, Need, Rule, first_need, words_in, words_matter
from tickets.choices import NoticeEvent, Visibility
from tickets.models import Approval, ApprovalRule, Membership, Message, Ticket
from tickets.notices.telling import tell
from tickets.permissions import Verb, may_on, who_may_on


class Needs(dict[bool, Need]):
    """What is needed, for each way it may be said (private or not) that needs it."""

    words_matter = False  # whether other words may need something else


def find_need(ticket: Ticket, *, private: bool, text: str, by: User) -> Need | None:
    """One statement where there are no rules, and up to seven where there are."""
    return find_needs(ticket, text=text, by=by, ways=(private,)).get(private)


def find_needs(ticket: Ticket, *, text: str, by: User, ways: Collection[bool]) -> Needs:
    """The same for each way, in no more statements."""
    rules = _rules() if ways else []
    if not rules:
        return Needs()
    [answer] = _answers([(ticket, text)], rules, by=by)
    answers = {private: replace(answer, private=private) for private in ways}
    found = {private: first_need(rules, one) for private, one in answers.items()}
    needs = Needs({private: need for private, need in found.items() if need is not None})
    needs.words_matter = any(words_matter(rules, one) for one in answers.values())
    return needs


def find_needs_of(told: Collection[tuple[Ticket, str]], *, by: User) -> dict[int, Need]:
    """Of many answers, each the usual way of its ticket: by ticket, where one needs it. In as many statements."""
    rules = _rules() if told else []
    needs = zip(told, _answers(told, rules, by=by), strict=True) if rules else ()
    found = {ticket.pk: first_need(rules, answer) for (ticket, _), answer in needs}
    return {pk: need for pk, need in found.items() if need is not None}


def _answers(told: Collection[tuple[Ticket, str]], rules: list[Rule], *, by: User) -> list[Answer]:
    teams = Membership.objects.filter(person=by.pk).values_list("team", flat=True) if _any(rules, "teams") else ()
    written_by = frozenset(teams)
    roles = frozenset(by.groups.values_list("pk", flat=True)) if _any(rules, "roles") else frozenset()
    tags: dict[int, set[int]] = {}
    if _any(rules, "tags"):
        tagged = Ticket.tags.through.objects.filter(ticket__in=[ticket.pk for ticket, _ in told])
        for ticket, tag in tagged.values_list("ticket_id", "tag_id"):
            tags.setdefault(ticket, set()).add(tag)
    return [
        Answer(
            address=ticket.address_id,
            queue=ticket.queue_id,
            private=ticket.private,
            text=text,
            tags=frozenset(tags.get(ticket.pk, ())),
            teams=written_by,
            roles=roles,
            approver=may_on(by, "approve", ticket),
        )
        for ticket, text in told
    ]


def _rules() -> list[Rule]:
    rows = _enabled()
    prefetch_related_objects(rows, "tags", "teams", "roles")
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
            roles=frozenset(role.pk for role in row.roles.all()),
        )
        for row in rows
    ]


@prepared
def _enabled() -> QuerySet[ApprovalRule]:
    return ApprovalRule.objects.filter(enabled=True)


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
