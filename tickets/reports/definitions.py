"""What each figure is, in words: the page, the API, the files and docs/reports.md say the same. Nothing is asked
here."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Unit = Literal["messages", "tickets", "times", "promises", "seconds"]


@dataclass(frozen=True, slots=True)
class Figure:
    """`code`: as the API, the files and the database name it."""

    code: str
    title: Promise
    says: Promise
    unit: Unit


VOLUMES = (
    Figure(
        "received",
        _("Messages received"),
        _(
            "What customers said on tickets, at the message’s own time on its channel. Each once, however many ways it "
            "came. What was deleted there since still counts; a like or a follow says nothing and does not."
        ),
        "messages",
    ),
    Figure(
        "answers",
        _("Answers sent"),
        _(
            "What people of ours said to customers, in Kapture or on the channel itself, and is out. Each part of a "
            "thread is one. Automatic messages, notes and what was not sent are none."
        ),
        "messages",
    ),
    Figure(
        "automatic",
        _("Automatic messages"),
        _("What the desk said by itself. It answers nothing and ends no time of waiting."),
        "messages",
    ),
    Figure(
        "opened",
        _("Tickets opened"),
        _(
            "By the first message’s own time. A ticket that was brought to another one is part of that, and counted "
            "once."
        ),
        "tickets",
    ),
    Figure(
        "resolved",
        _("Tickets resolved"),
        _(
            "Tickets that stand resolved or closed, when that was. One that was reopened since is not counted until it "
            "is resolved again; one that was ignored or brought to another never. Giving it to somebody else resolves "
            "nothing."
        ),
        "tickets",
    ),
    Figure(
        "reopened",
        _("Tickets reopened"),
        _("How often a resolved ticket was taken up again, by the customer who wrote or by one of us."),
        "times",
    ),
)
TIMES = (
    Figure(
        "first",
        _("First reply"),
        _(
            "From the first message of the customer, by its own time, to the first answer of a person, around the "
            "clock. Told on the day of the answer. Who still waits is not in it: see “without an answer”."
        ),
        "seconds",
    ),
    Figure(
        "next",
        _("Next reply"),
        _("The same for every later answer: from the first message that nobody had answered, to the answer."),
        "seconds",
    ),
    Figure(
        "resolved",
        _("Resolution"),
        _(
            "From the first message to the moment since which the ticket stands resolved, around the clock, waiting "
            "for the customer included."
        ),
        "seconds",
    ),
)
PROMISES = (
    Figure(
        "kept",
        _("Kept"),
        _("Promises of an SLA policy that were kept, on the day on which they were. In the hours the policy runs in."),
        "promises",
    ),
    Figure(
        "missed",
        _("Missed"),
        _(
            "Promises that were not kept in time, on the day on which they were due, whether the answer came later or "
            "not."
        ),
        "promises",
    ),
    Figure(
        "delayed",
        _("Delayed by the channel"),
        _(
            "Missed, but the message reached us so late that the promise would have been kept from then. Not counted "
            "under Missed."
        ),
        "promises",
    ),
)
METRICS = (("first", _("First reply")), ("next", _("Next reply")), ("resolution", _("Resolution")))
BACKLOG = (
    Figure(
        "waiting",
        _("Waits for us"),
        _("Tickets that are ours to act on now: the last word is the customer’s, and nobody put it aside."),
        "tickets",
    ),
    Figure(
        "unfinished",
        _("Everything else unfinished"),
        _("Tickets that are not resolved and wait for the customer, for somebody else, or until a later moment."),
        "tickets",
    ),
    Figure(
        "unanswered",
        _("Without an answer"),
        _("Unfinished tickets of the period that no person has answered yet, now."),
        "tickets",
    ),
)
FIGURES = (*VOLUMES, *TIMES, *PROMISES, *BACKLOG)
PERCENTILES = _(
    "p50 is the time within which half of them were done, p90 within which nine in ten were. Times are rounded up: to "
    "the minute up to an hour, to five minutes up to four hours, to a quarter of an hour up to a day, then to hours. "
    "Means are not shown: one long weekend moves them more than a thousand good answers."
)
PLACES = _(
    "A ticket counts in the queue, and for the tags, that it has now, and for every search query that found a message "
    "of it. What is private counts for who may read private messages. A day goes from midnight to midnight in your "
    "time zone."
)
