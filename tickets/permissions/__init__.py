"""Who may see and do what: the one policy that pages, API, admin and commands ask.

`roles` asks what a person may do at all, `queues` where, `seeing` makes of it the rows they may know of.
"""

from tickets.permissions.never import never_seen
from tickets.permissions.queues import (
    in_queues,
    list_queues,
    may_here,
    may_on,
    queues_for,
    require_on,
    rights_of,
    sees_every_queue,
    sees_nowhere,
    sendable,
    who_may_on,
    who_may_where,
)
from tickets.permissions.rights import QUEUE_VERBS, QueueVerb, Rights, Somebody
from tickets.permissions.roles import Verb, is_program, may, require, require_voice, speakable_addresses, who_may
from tickets.permissions.seeing import (
    find_unseen,
    hide_private,
    hide_private_lines,
    public_lines,
    sees_all,
    visible_activities,
    visible_customers,
    visible_differences,
    visible_messages,
    visible_outbox,
    visible_queues,
    visible_tickets,
    with_seen_incident,
    workable_tickets,
)
from tickets.permissions.tags import visible_tags

__all__ = [
    "QUEUE_VERBS",
    "QueueVerb",
    "Rights",
    "Somebody",
    "Verb",
    "find_unseen",
    "hide_private",
    "hide_private_lines",
    "in_queues",
    "is_program",
    "list_queues",
    "may",
    "may_here",
    "may_on",
    "never_seen",
    "public_lines",
    "queues_for",
    "require",
    "require_on",
    "require_voice",
    "rights_of",
    "sees_all",
    "sees_every_queue",
    "sees_nowhere",
    "sendable",
    "speakable_addresses",
    "visible_activities",
    "visible_customers",
    "visible_differences",
    "visible_messages",
    "visible_outbox",
    "visible_queues",
    "visible_tags",
    "visible_tickets",
    "who_may",
    "who_may_on",
    "who_may_where",
    "with_seen_incident",
    "workable_tickets",
]
