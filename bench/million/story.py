"""What is on one ticket: its columns, what was said, promised, sent and done, as rows for COPY. No query, no clock."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.million.words import RARE, RARE_TIMES, Speech

SEARCHES = 12
PUBLIC = ("mention", "mention", "reply", "quote", "found")
UNDONE_MOST = 15_000  # of the latest tickets; some older ones are undone besides
LENGTHS = (1, 2, 3, 4, 6, 8, 12, 20, 60)
OFTEN = (15, 20, 20, 15, 10, 10, 5, 4, 1)  # of a hundred: five messages to a ticket
TICKET = (
    *("id", "address", "customer", "identity", "private", "kind", "status", "priority", "queue", "folder"),
    *("assignee", "sla_policy", "opened_at", "created_at", "last_message_at", "last_inbound_at", "last_outbound_at"),
    *("last_text", "last_by_us", "message_count", "next_due_at", "next_due_metric", "resolved_at"),
)
MESSAGE = (
    *("id", "ticket", "address", "external_id", "kind", "direction", "visibility", "identity", "agent", "automated"),
    *("text", "original_text", "language", "spans", "in_reply_to", "conversation", "permalink", "sources", "labels"),
    *("sent_at", "received_at"),
)
ENTRY = (
    *("message", "address", "recipient", "private", "key", "state", "priority", "fingerprint", "not_before"),
    *("tries", "first_tried_at", "settled_at", "code", "reason", "created_at"),
)
CLOCK = (
    *("ticket", "metric", "policy", "priority", "minutes", "started_at", "due_at", "ended_at", "met", "reached"),
    "next_step_at",
)
LINE = ("ticket", "verb", "data", "actor", "gesture", "at")


def search_of(number: int) -> str:
    """Which search query found a ticket."""
    return f"search {number % SEARCHES}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who and what there is, by keys. `identities`: (identity, customer)."""

    addresses: list[int]
    queues: list[int]
    folders: list[int]
    tags: list[int]
    agents: list[int]
    policies: list[int]
    identities: list[tuple[int, int]]


@dataclass(slots=True)
class Rows:
    ticket: list[list[Any]] = field(default_factory=list)
    message: list[list[Any]] = field(default_factory=list)
    entry: list[list[Any]] = field(default_factory=list)
    clock: list[list[Any]] = field(default_factory=list)
    line: list[list[Any]] = field(default_factory=list)
    tag: list[list[int]] = field(default_factory=list)


@dataclass(slots=True)
class Teller:
    """Tells one ticket after the other, the same ones for the same seed."""

    cast: Cast
    chance: random.Random
    speech: Speech
    total: int
    now: datetime
    messages: int = 0  # told so far
    rows: Rows = field(default_factory=Rows)

    def tell(self, number: int) -> None:
        chance, left = self.chance, self.total - number
        recent = min(self.total * 9 // 20, UNDONE_MOST)
        undone = chance.random() < (0.95 if left < recent else 0.006)
        step = min(timedelta(days=730) / self.total, timedelta(minutes=10))
        opened = self.now - step * (left + 1) - timedelta(hours=1)
        identity, customer = self._who()
        ticket: dict[str, Any] = dict.fromkeys(TICKET)
        ticket |= {"id": number, "customer": customer, "identity": identity, "address": self._one("addresses")}
        ticket |= {"private": chance.random() < 0.25, "queue": self._one("queues"), "opened_at": opened}
        ticket |= {"folder": self._one("folders") if chance.random() < 0.4 else None, "created_at": opened}
        ticket["kind"] = (
            "direct" if ticket["private"] else chance.choice(("mention", "mention", "reply", "quote", "found"))
        )
        ticket["priority"] = chance.choices(("low", "normal", "high", "urgent"), (10, 70, 15, 5))[0]
        ticket["sla_policy"] = self._one("policies")
        ticket["status"] = self._status(undone)
        if ticket["status"] != "new" and chance.random() < 0.9:
            ticket["assignee"] = self._one("agents")
        self._converse(ticket)
        self._promise(ticket, undone)
        self._note(ticket)
        self.rows.ticket.append([ticket[name] for name in TICKET])
        for tag in {self._one("tags") for _ in range(chance.choice((0, 0, 1, 1, 2)))}:
            self.rows.tag.append([number, tag])

    def _who(self) -> tuple[int, int]:
        """Few write often, most write once."""
        people = self.cast.identities
        return people[int(len(people) * self.chance.random() ** 2)]

    def _one(self, name: str) -> Any:
        return self.chance.choice(getattr(self.cast, name))

    def _status(self, undone: bool) -> str:
        if undone:
            return self.chance.choices(("new", "open", "pending", "on_hold"), (30, 30, 30, 10))[0]
        return self.chance.choices(("resolved", "closed", "ignored"), (25, 62, 13))[0]

    def _converse(self, ticket: dict[str, Any]) -> None:
        """The customer and we in turn; who has the last word goes by the status."""
        count = 1 if ticket["status"] == "new" else self.chance.choices(LENGTHS, OFTEN)[0]
        if ticket["status"] in ("pending", "resolved", "closed") and count % 2:
            count += 1
        if ticket["status"] == "open" and not count % 2:
            count += 1
        at, root, before = ticket["opened_at"], str(10**18 + self.messages + 1), ""
        for place in range(count):
            by_us = place % 2 == 1
            text, key = self.speech.say(), str(10**18 + self.messages + 1)
            self._say(ticket, text, at=at, key=key, by_us=by_us, answers=before, talk=root)
            ticket |= {"last_message_at": at, "last_text": text[:200], "last_by_us": by_us}
            ticket["last_outbound_at" if by_us else "last_inbound_at"] = at
            at, before = min(at + timedelta(minutes=self.chance.randint(2, 240)), self.now), key
            if self.chance.random() < 0.06:
                self._say(ticket, self.speech.say(most=12), at=at, key=None, by_us=True, answers="", talk="")
        ticket["message_count"] = count

    def _say(
        self, ticket: dict[str, Any], text: str, *, at: datetime, key: str | None, by_us: bool, answers: str, talk: str
    ) -> None:
        """Without a key: a note."""
        self.messages += 1
        if self.messages % max(self.total * 5 // RARE_TIMES, 1) == 7:
            text = f"{text} {RARE}"
        row: dict[str, Any] = {"id": self.messages, "ticket": ticket["id"], "address": ticket["address"]}
        row |= {"external_id": key, "direction": "internal" if key is None else "out" if by_us else "in"}
        row["kind"] = "note" if key is None else "direct" if ticket["private"] else "reply" if by_us else ticket["kind"]
        row["visibility"] = "internal" if key is None else "private" if ticket["private"] else "public"
        row |= {"identity": ticket["identity"] if key else None, "automated": False, "original_text": "", "spans": []}
        row["agent"] = (ticket["assignee"] or self.cast.agents[0]) if by_us else None
        row |= {"text": text, "language": "en", "in_reply_to": "" if ticket["private"] else answers}
        row |= {"conversation": talk, "permalink": f"https://x.com/i/status/{key}" if key else ""}
        found = row["kind"] == "found" and not answers
        row["labels"] = [search_of(ticket["id"])] if found else []
        row |= {"sources": ["account_activity"] if key else [], "sent_at": at}
        row["received_at"] = at + timedelta(seconds=2)
        self.rows.message.append([row[name] for name in MESSAGE])
        if by_us and key is not None:
            self._send(ticket, at, text)

    def _send(self, ticket: dict[str, Any], at: datetime, text: str) -> None:
        key = uuid.UUID(int=self.chance.getrandbits(128))
        told = [self.messages, ticket["address"], ticket["identity"], ticket["private"], key, "sent", 1, text[:64], at]
        self.rows.entry.append([*told, 1, at, at, "", "", at])

    def _promise(self, ticket: dict[str, Any], undone: bool) -> None:
        chance, opened = self.chance, ticket["opened_at"]
        told = [ticket["sla_policy"], ticket["priority"]]
        first = ticket["last_outbound_at"] if ticket["last_outbound_at"] else None
        due = opened + timedelta(hours=1)
        if undone and first is None:
            due = self.now + timedelta(minutes=chance.choice((-600, -90, 25, 45, 200, 700, 1400)) + chance.random())
        if undone and ticket["status"] != "on_hold" and chance.random() < 0.8:
            metric = "first_response" if first is None else "resolution"
            if first is not None:
                due = self.now + timedelta(minutes=chance.randint(-200, 2800) + chance.random())
            ticket |= {"next_due_at": due, "next_due_metric": metric}
            late = due <= self.now
            step = None if late else due
            clock = [ticket["id"], metric, *told, 60, opened, due, None, None, 100 if late else 0, step]
            self.rows.clock.append(clock)
        else:
            ticket["next_due_metric"] = ""
        if first is not None:
            answered = opened + timedelta(minutes=chance.randint(2, 120))
            met = answered <= opened + timedelta(hours=1)
            clock = [ticket["id"], "first_response", *told, 60, opened, opened + timedelta(hours=1), answered, met]
            self.rows.clock.append([*clock, 0, None])
        if not undone:
            ended = ticket["last_message_at"] + timedelta(minutes=5)
            ticket["resolved_at"] = ended
            due = opened + timedelta(days=1)
            clock = [ticket["id"], "resolution", *told, 1440, opened, due, ended, ended <= due, 0, None]
            self.rows.clock.append(clock)

    def _note(self, ticket: dict[str, Any]) -> None:
        """Its history: opened, routed, given to somebody, and how it ended."""
        at, number, agent = ticket["opened_at"], ticket["id"], ticket["assignee"]
        routed = {"queue": ticket["queue"], "policy": ticket["sla_policy"], "reason": {"code": "default_queue"}}
        self._line(number, "ticket.opened", {"kind": ticket["kind"], "reason": {"code": "no_ticket"}}, None, at)
        self._line(number, "ticket.routed", routed, None, at)
        if agent is not None:
            self._line(number, "ticket.assigned", {"from": None, "to": agent}, agent, at + timedelta(minutes=1))
            queued = {"message": self.messages, "private": ticket["private"]}
            self._line(number, "reply.queued", queued, agent, at + timedelta(minutes=2))
        if ticket["resolved_at"] is not None:
            told = {"before": "pending", "after": ticket["status"]}
            self._line(number, "ticket.status", told, agent, ticket["resolved_at"])

    def _line(self, number: int, verb: str, data: dict[str, Any], actor: int | None, at: datetime) -> None:
        self.rows.line.append([number, verb, data, actor, uuid.UUID(int=self.chance.getrandbits(128)), at])
