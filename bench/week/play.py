"""Plays the week: what customers say comes in through intake, agents work their lists, answers leave through the
outbox, promises are looked at by the sweep. Whatever people and the channel do goes into a raw log."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet

from bench.week.carrier import carry_by
from bench.week.floor import Floor
from bench.week.people import Crowd, Talk
from bench.week.scenes import SCENES, Scene
from bench.week.world import BERLIN, START
from tickets import lifecycle, merging, replies
from tickets.intake import receive
from tickets.models import Message, Ticket
from tickets.outbound import OutboundMessage, Receipt
from tickets.outbox import pump
from tickets.promises.escalating import escalate
from tickets.reading.listing import choose, read_page
from tickets.regrouping import splitting, undoing
from tickets.resting.snoozing import snooze, wake_due

WINDOW = timedelta(seconds=12)  # of the ten seconds in which an answer may be taken back, and a little
_BEFORE = ("new", "open")


@dataclass(slots=True)
class Week:
    chance: random.Random
    agents: dict[str, User]
    crowd: Crowd
    tick: timedelta
    log: list[dict[str, Any]]
    floor: Floor
    now: datetime = START
    sheets: dict[str, Talk] = field(default_factory=dict)
    resolves: list[tuple[datetime, str]] = field(default_factory=list)
    merges: int = 0
    queued: bool = False
    scenes: dict[str, Scene] = field(default_factory=lambda: {scene.person: scene for scene in SCENES})
    played: set[str] = field(default_factory=set)  # whose scene's deed is done

    def note(self, do: str, **facts: Any) -> None:
        self.log.append({"do": do, **facts})

    def run(self, until: datetime) -> None:
        carry_by(self.carry)
        while self.now < until:
            self.crowd.speak(until=self.now)
            working = self.floor.open(self.now)
            self.hear()
            if self.to_work().exists():
                for name in working:
                    self.work(name)
            self.tidy()
            self.leave()
            self.now += self.tick

    def to_work(self) -> QuerySet[Ticket]:
        return Ticket.objects.filter(status__in=_BEFORE, snoozed_at=None, merged_into=None)

    def hear(self) -> None:
        batch = self.crowd.hear(until=self.now)
        if not batch:
            return
        for message in sorted(batch, key=lambda one: one.sent_at):
            facts = {"account": message.address_key, "person": message.author.external_id, "private": message.private}
            facts |= {"language": message.language, "answers": message.in_reply_to}
            facts |= {"conversation": message.conversation}
            self.note("said", id=message.external_id, at=message.sent_at, **facts)
        receive(batch, now=self.now)
        self.note("heard", at=self.now)

    def leave(self) -> None:
        """What was written goes out, and promises are looked at."""
        at = self.now + WINDOW
        if self.queued:
            pump(clock=lambda: at)
            self.queued = False
        escalate(now=at)
        wake_due(now=at)
        self.floor.hand_out(at)
        self.note("sweep", at=at)

    def carry(self, message: OutboundMessage) -> Receipt:
        talk, key, at = self.sheets[message.key], f"77{len(self.log):012}", self.now + WINDOW
        self.note("carried", id=key, sheet=message.key, at=at)
        talk.last = key
        self.crowd.of_message[key] = talk
        if talk.person in self.scenes:
            self.resolves.append((at + timedelta(minutes=20), talk.asked))
            return self.receipt(key, talk)
        if self.chance.random() < 0.45:
            self.crowd.go_on(talk, after=at, minutes=(1, self.chance.choice((30, 300, 1500))))
        if self.chance.random() < 0.55:
            self.resolves.append((at + timedelta(minutes=self.chance.randint(1, 90)), talk.asked))
        return self.receipt(key, talk)

    def receipt(self, key: str, talk: Talk) -> Receipt:
        return Receipt(external_id=key, conversation="" if talk.private else talk.key, permalink=f"https://x.com/{key}")

    def work(self, name: str) -> None:
        """The first few that wait for an answer, as the list shows them."""
        by = self.agents[name]
        waiting = choose(by, "all", now=self.now, queue=None, folder=None).filter(status__in=_BEFORE, snoozed_at=None)
        for ticket in read_page(waiting, "all", size=self.chance.randint(1, 3)).tickets:
            last = Message.objects.filter(ticket=ticket, direction="in").order_by("-sent_at", "-id").first()
            if last is not None and self.may_touch(last):
                self.act(ticket, last, name)

    def may_touch(self, last: Message) -> bool:
        """Nobody acts while X has still to tell us something of this person: what comes late is told in its order, but
        nobody can have known it."""
        talk = self.crowd.of_message[last.external_id or ""]
        scene = self.scenes.get(talk.person)
        return not self.crowd.unheard[talk.whose] and (scene is None or scene.opens <= self.now)

    def act(self, ticket: Ticket, last: Message, name: str) -> None:
        """What the scene of this person says, or as the dice fall."""
        person, key = self.crowd.of_message[last.external_id or ""].person, last.external_id or ""
        deed = "" if person not in self.scenes else "answer" if person in self.played else self.scenes[person].deed
        self.played.add(person)
        if deed == "hold":
            self.set_status(ticket, key, "on_hold", name, reason="Asked the depot")
        elif deed == "snooze":
            self.put_aside(ticket, key, name, timedelta(hours=3))
        elif deed == "split":
            assert self.split_off(ticket, last, name)
        elif deed in ("merge", "undo"):
            assert self.merge(ticket, key, name, undone=deed == "undo")
        elif deed:
            self.answer(ticket, last, name, takes_back=deed == "take back")
        else:
            self.deal(ticket, last, name)

    def deal(self, ticket: Ticket, last: Message, name: str) -> None:
        dice, key = self.chance.random(), last.external_id or ""
        if dice < 0.02 and ticket.status == "new":
            self.set_status(ticket, key, "ignored", name)
        elif dice < 0.07:
            self.set_status(ticket, key, "on_hold", name, reason="Asked the depot")
        elif (dice < 0.12 and self.split_off(ticket, last, name)) or (
            dice < 0.20 and self.merge(ticket, key, name, undone=self.chance.random() < 0.4)
        ):
            pass
        elif dice < 0.24:
            self.put_aside(ticket, key, name, timedelta(minutes=self.chance.randint(20, 400)))
        else:
            self.answer(ticket, last, name, takes_back=self.chance.random() < 0.03)

    def put_aside(self, ticket: Ticket, key: str, name: str, length: timedelta) -> None:
        until = self.now + length
        snooze(ticket, until, by=self.agents[name], now=self.now)
        self.note("put aside", of=key, until=until)

    def answer(self, ticket: Ticket, last: Message, name: str, *, takes_back: bool) -> None:
        sheet, key = UUID(int=self.chance.getrandbits(128)), last.external_id or ""
        talk = self.crowd.of_message[key]
        self.sheets[str(sheet)] = talk
        written = replies.reply(
            ticket,
            text=f"We look into it, {talk.person[-4:]}-{len(self.log)}. {name.title()}",
            private=ticket.private,
            by=self.agents[name],
            now=self.now,
            in_reply_to=last,
            token=sheet,
        )
        self.note("pressed", sheet=str(sheet), by=name, to=key)
        if takes_back:
            replies.undo(written, by=self.agents[name], now=self.now)
            self.note("taken back", sheet=str(sheet))
        else:
            self.queued = True

    def set_status(self, ticket: Ticket, key: str, status: str, name: str, *, reason: str = "") -> None:
        lifecycle.change_status(ticket, status, by=self.agents[name], now=self.now, reason=reason)
        self.note("status", of=key, to=status, by=name, at=self.now)

    def split_off(self, ticket: Ticket, last: Message, name: str) -> bool:
        """The last of several questions that nobody has answered yet, of one public concern."""
        talk = self.crowd.of_message[last.external_id or ""]
        asked = Message.objects.filter(ticket=ticket, direction="in", sent_at__lt=last.sent_at)
        if ticket.last_outbound_at is not None:
            asked = asked.filter(sent_at__gt=ticket.last_outbound_at)
        one = asked.order_by("-sent_at").first()
        if ticket.private or talk.account != BERLIN.key or one is None or one.external_id != last.in_reply_to:
            return False
        splitting.split(ticket, [last.pk], by=self.agents[name], now=self.now)
        self.note("split", message=last.external_id, said=last.sent_at)
        talk.split = True
        return True

    def merge(self, ticket: Ticket, key: str, name: str, *, undone: bool) -> bool:
        """Into another of the customer's; sometimes it was a mistake, and something was said meanwhile."""
        others = Ticket.objects.filter(customer=ticket.customer_id, address=ticket.address_id, private=ticket.private)
        other = (
            others.filter(status__in=(*_BEFORE, "pending", "on_hold"), snoozed_at=None).exclude(pk=ticket.pk).first()
        )
        held = Message.objects.filter(ticket=other, direction="in").order_by("-sent_at", "-id").first()
        if other is None or held is None or ticket.private:
            return False
        by, talk = self.agents[name], self.crowd.of_message[key]
        self.merges += 1
        gesture = merging.merge([ticket.pk], into=other.pk, by=by, now=self.now)
        self.note("merged", of=key, into=held.external_id, at=self.now, n=self.merges, undone=undone)
        if undone:
            if self.chance.random() < 0.5:
                self.crowd.say(talk, at=self.now, heard=self.now)
                self.hear()
            undoing.undo(gesture.pk, by=by, now=self.now)
            self.note("unmerged", n=self.merges)
        return True

    def tidy(self) -> None:
        """What was answered is resolved, what is on hold taken up again, what is over closed."""
        due = [key for at, key in self.resolves if at <= self.now]
        self.resolves = [(at, key) for at, key in self.resolves if at > self.now]
        for key in due:
            self.settle(key, "pending", "resolved")
        if self.chance.random() < self.tick / timedelta(hours=3):
            self.each("on_hold", "open")
        if self.chance.random() < self.tick / timedelta(hours=12):
            self.each("resolved", "closed")

    def settle(self, key: str, before: str, after: str) -> None:
        last = Message.objects.select_related("ticket").get(external_id=key)
        ticket, talk = last.ticket, self.crowd.of_message[key]
        if ticket is None or ticket.status != before or not self.may_touch(last) or _stays(talk, after):
            return
        self.set_status(ticket, key, after, "ada")

    def each(self, before: str, after: str) -> None:
        rows = Ticket.objects.filter(status=before, merged_into=None).order_by("pk").values_list("pk", flat=True)
        for pk in list(rows)[::2]:
            last = Message.objects.filter(ticket=pk, direction="in").order_by("-sent_at", "-id").first()
            if last is not None:
                self.settle(last.external_id or "", before, after)


def _stays(talk: Talk, after: str) -> bool:
    return after == "closed" and (talk.split or talk.person.startswith("92"))


def play(
    agents: dict[str, User], *, concerns: int, people: int, days: int, tick: timedelta, seed: int
) -> list[dict[str, Any]]:
    """Returns the log."""
    chance, end, log = random.Random(seed), START + timedelta(days=days), list[dict[str, Any]]()
    week = Week(chance, agents, Crowd(chance, end), tick, log, Floor(agents, log))
    week.crowd.begin(concerns, people=people)
    week.run(end)
    return log
