"""Made-up rows with sensible defaults: plain functions, one a noun. Who the people are is written here once.

Everything a factory is not told it makes; times hang on NOW so that a test may say "two hours before". What a factory
makes is not audited: to write that down costs as much again, in every test.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from auditlog.context import disable_auditlog
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from tickets.choices import Direction, MessageKind, Metric, Priority, SendState, Status, Visibility
from tickets.models import (
    Activity,
    Address,
    Approval,
    ApprovalRule,
    Customer,
    Folder,
    Identity,
    Media,
    Membership,
    Message,
    OutboxEntry,
    Queue,
    RoutingRule,
    RuleVersion,
    SlaClock,
    SlaPolicy,
    SlaTarget,
    Staffing,
    Team,
    Ticket,
)

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ACME = "900000000000000001"
ANA = "900000000000000002"
BEN = "900000000000000003"
PASSWORD = "correct horse battery"

P = ParamSpec("P")
R = TypeVar("R")
_numbers = count(1)


def unaudited(make: Callable[P, R]) -> Callable[P, R]:
    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with disable_auditlog():
            return make(*args, **kwargs)

    return made


def make_agent(username: str = "alice", **fields: Any) -> User:
    """Alice, or the agent named: a member of the group Agents."""
    return _make_person(username, group="Agents", **fields)


def make_supervisor(username: str = "sam", **fields: Any) -> User:
    """Sam: a member of the group Supervisors."""
    return _make_person(username, group="Supervisors", **fields)


def make_outsider(username: str = "charlie", **fields: Any) -> User:
    """Charlie, who can sign in and must see nothing."""
    return _make_person(username, group="", **fields)


def make_person(username: str, *, role: str, **fields: Any) -> User:
    """Somebody of any role: Administrators, Auditors, API clients."""
    return _make_person(username, group=role, **fields)


@unaudited
def _make_person(username: str, *, group: str, **fields: Any) -> User:
    fields = {"first_name": username.title(), "email": f"{username}@acme.example"} | fields
    user = User.objects.create_user(username, password=PASSWORD, **fields)
    if group:
        user.groups.add(_role(group))
    return user


def _role(name: str) -> Group:
    """The role as the migrations make it; a test that commits empties its table, so it may have to be made again."""
    role, made = Group.objects.get_or_create(name=name)
    if made:
        codes = ["view_ticket", "work_ticket", "send_reply", "see_private", "react_as_account"]
        if name == "Supervisors":
            codes += ["publish_post", "operate_account", "approve_reply", "every_queue", "view_reports"]
        role.permissions.add(*Permission.objects.filter(codename__in=codes))
    return role


@unaudited
def make_queue(name: str = "Support", **fields: Any) -> Queue:
    """The queue of that name, made when missing."""
    slug = fields.pop("slug", name.lower().replace(" ", "-"))
    return Queue.objects.get_or_create(slug=slug, defaults={"name": name} | fields)[0]


@unaudited
def make_team(name: str = "Flights", *members: User) -> Team:
    """The team of that name, made when missing, with these people in it."""
    team = Team.objects.get_or_create(name=name)[0]
    for person in members:
        Membership.objects.get_or_create(team=team, person=person)
    return team


@unaudited
def staff(queue: str, team: str, *members: User, **rights: bool) -> Staffing:
    """Let a team of these people into a queue: to see, work and send, unless it says otherwise."""
    made = make_team(team, *members)
    return Staffing.objects.create(queue=make_queue(queue), team=made, **rights)


@unaudited
def make_folder(name: str = "Orders", **fields: Any) -> Folder:
    return Folder.objects.get_or_create(name=name, parent=fields.pop("parent", None), defaults=fields)[0]


@unaudited
def make_policy(name: str = "Standard", *, minutes: dict[str, int] | None = None, **fields: Any) -> SlaPolicy:
    """A policy promising the same minutes at every priority: {metric: minutes}."""
    policy = SlaPolicy.objects.create(name=name, **fields)
    promised = {Metric.FIRST_RESPONSE: 60, Metric.NEXT_RESPONSE: 120, Metric.RESOLUTION: 1440}
    SlaTarget.objects.bulk_create(
        SlaTarget(policy=policy, metric=metric, priority=priority, minutes=length)
        for metric, length in (promised if minutes is None else minutes).items()
        for priority in Priority.values
    )
    return policy


@unaudited
def make_rule(
    name: str = "Refund words", *asked: dict[str, Any], on: bool = True, position: int = 100, **says: Any
) -> RoutingRule:
    """A rule that asks all of this (or nothing) and is in force; run again, its next version."""
    rule = RoutingRule.objects.get_or_create(name=name, defaults={"position": position})[0]
    number = rule.versions.count() + 1
    says = {"condition": {"all": list(asked)}, "made_at": NOW} | says
    version = RuleVersion.objects.create(rule=rule, number=number, **says)
    if on:
        rule.live = version
        rule.save()
    return rule


@unaudited
def make_address(key: str = ACME, **fields: Any) -> Address:
    """Acme's account, or another one under its own key."""
    defaults = {"name": "Acme", "handle": "acmehelp_demo"} if key == ACME else {"name": f"Page {key[-2:]}"}
    return Address.objects.get_or_create(channel="twitter", key=key, defaults=defaults | fields)[0]


def make_customer(external_id: str = ANA, **fields: Any) -> Identity:
    """Ana, Ben, or somebody under a given id; returns the identity, which knows its customer."""
    known = {ANA: ("Ana", "ana_demo"), BEN: ("Ben", "ben_demo")}
    name, handle = known.get(external_id, (f"Person {external_id[-4:]}", f"person_{external_id[-4:]}"))
    fields = {"name": name, "handle": handle, "seen_at": NOW} | fields
    found = Identity.objects.filter(channel="twitter", external_id=external_id).first()
    if found is not None:
        return found
    customer = Customer.objects.create(name=str(fields["name"]), created_at=NOW)
    return Identity.objects.create(customer=customer, channel="twitter", external_id=external_id, **fields)


def make_ticket(identity: Identity | None = None, **fields: Any) -> Ticket:
    """Ana's public ticket in Support, opened at NOW, without messages and clocks of its own."""
    identity = identity or make_customer()
    private = fields.get("private", False)
    fields = {
        "address": fields.pop("address", None) or make_address(),
        "queue": fields.pop("queue", None) or make_queue(),
        "kind": MessageKind.DIRECT if private else MessageKind.MENTION,
        "status": Status.NEW,
        "opened_at": NOW,
        "created_at": NOW,
        "last_message_at": NOW,
        "last_inbound_at": NOW,
        "last_text": "Where is my order?",
        "message_count": 1,
    } | fields
    return Ticket.objects.create(identity=identity, customer=identity.customer, **fields)


def make_message(ticket: Ticket | None = None, text: str = "Where is my order?", **fields: Any) -> Message:
    """What the customer said, as the ticket's kind of message, one minute after the one before."""
    ticket = ticket or make_ticket()
    number = next(_numbers)
    direct = ticket.private
    fields = {
        "external_id": str(1900000000000000000 + number),
        "kind": MessageKind.DIRECT if direct else MessageKind.MENTION,
        "direction": Direction.IN,
        "visibility": Visibility.PRIVATE if direct else Visibility.PUBLIC,
        "identity": ticket.identity,
        "sent_at": ticket.opened_at + timedelta(minutes=ticket.messages.count()),
        "received_at": ticket.opened_at + timedelta(minutes=ticket.messages.count(), seconds=3),
        "sources": ["replay"],
    } | fields
    return Message.objects.create(ticket=ticket, address=ticket.address, text=text, **fields)


def make_answer(ticket: Ticket, text: str = "On its way.", *, state: str = SendState.SENT, **fields: Any) -> Message:
    """What an agent answered, with its row in the outbox in the given state."""
    entry = {name: fields.pop(name) for name in ("not_before", "reason", "code", "seen") if name in fields}
    agent = fields.pop("agent", None) or User.objects.filter(username="alice").first() or make_agent()
    fields = {
        "direction": Direction.OUT,
        "kind": MessageKind.DIRECT if ticket.private else MessageKind.REPLY,
        "agent": agent,
        "external_id": f"19{next(_numbers):017}" if state == SendState.SENT else None,
    } | fields
    message = make_message(ticket, text, **fields)
    OutboxEntry.objects.create(
        message=message,
        address=ticket.address,
        recipient=ticket.identity,
        private=message.visibility == Visibility.PRIVATE,
        state=state,
        fingerprint=text[:64],
        created_at=message.sent_at,
        **({"not_before": timezone.now() + timedelta(seconds=10)} | entry),
    )
    return message


def make_approval(message: Message, *, rule: str = "New agents", **fields: Any) -> Approval:
    """That somebody else has to let this answer go, within the hour, by the rule of that name."""
    made = ApprovalRule.objects.get_or_create(name=rule)[0]
    assert message.agent is not None
    fields = {"asked_at": timezone.now(), "expires_at": timezone.now() + timedelta(hours=1)} | fields
    return Approval.objects.create(
        **({"message": message, "address": message.address, "rule": made, "writer": message.agent} | fields)
    )


def make_older_private(ticket: Ticket, text: str = "Hello", **fields: Any) -> Message:
    """A private answer that stands on a public ticket, from before such answers had a private ticket of their own."""
    return make_answer(ticket, text, kind=MessageKind.DIRECT, visibility=Visibility.PRIVATE, **fields)


def make_note(ticket: Ticket, text: str = "Called the depot.", **fields: Any) -> Message:
    agent = fields.pop("agent", None) or User.objects.filter(username="alice").first() or make_agent()
    return make_message(
        ticket,
        text,
        agent=agent,
        identity=None,
        external_id=None,
        kind=MessageKind.NOTE,
        direction=Direction.INTERNAL,
        visibility=Visibility.INTERNAL,
        **fields,
    )


def make_media(message: Message, **fields: Any) -> Media:
    url = "https://pbs.twimg.com/media/demo.jpg"
    fields = {"kind": "photo", "url": url, "preview_url": url} | fields
    return Media.objects.create(message=message, **fields)


def make_activity(ticket: Ticket, verb: str, data: dict[str, Any] | None = None, **fields: Any) -> Activity:
    return Activity.objects.create(ticket=ticket, verb=verb, data=data or {}, **({"at": NOW} | fields))


def make_clock(ticket: Ticket, metric: str = Metric.FIRST_RESPONSE, **fields: Any) -> SlaClock:
    """A running clock of an hour, started when the ticket was opened."""
    fields = {
        "priority": ticket.priority,
        "minutes": 60,
        "started_at": ticket.opened_at,
        "due_at": ticket.opened_at + timedelta(minutes=60),
    } | fields
    return SlaClock.objects.create(ticket=ticket, metric=metric, **fields)
