"""Who is there, what a ticket needs, and the next ticket: the actions of the pages (tickets/views/staffing.py)."""

from dataclasses import fields
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers

from kapture.api_base import Body, Id, Moment, Row, Words
from tickets.api.acts import TicketAct
from tickets.api.base import DeskAct, DeskListing, ticket_or_404
from tickets.api.rows import PersonRow, TicketRow
from tickets.api.setup import TagRow
from tickets.models import Skill, Ticket
from tickets.staffing.board import AtWork, at_work, looked_after_by
from tickets.staffing.needing import set_skills
from tickets.staffing.presence import come_back, go_away, release, undo_release
from tickets.staffing.pulling import take_next

MOST_SKILLS = 50


class SkillRow(Row):
    """What somebody may know, and a ticket may need."""

    id = Id()
    name = Words()
    language = Words(help_text="Its code, where it is to read and write a language; else empty.")


class Skills(DeskListing):
    """What people may know, and tickets may need."""

    title = "Skills"
    answer = SkillRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Skill]:
        return Skill.objects.all()


class SkillsBody(Body):
    skills = serializers.ListField(
        child=Id(), max_length=MOST_SKILLS, help_text="Their ids: these and no others. Empty: none in particular."
    )


class SetSkills(TicketAct):
    """Which skills it needs. What is nobody's is given out by them, where its queue gives out its tickets."""

    title = "Set the skills"
    body = SkillsBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        set_skills(ticket, [int(one) for one in words["skills"]], **facts)


class NextTicket(DeskAct):
    """Take the most urgent ticket that is nobody's in the queues you staff: what is due first, then the older. Who
    ask at the same moment get different ones. 409 (`nothing_waits`) where there is none for you."""

    title = "Take the next"
    scope = "tickets:write"
    answer = TicketRow

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        return [told["id"]] if told else []

    def target(self, **where: Any) -> None:
        return None

    def act(self, target: None, words: dict[str, Any]) -> Ticket:
        return ticket_or_404(self.user, take_next(by=self.user, now=timezone.now()).pk)


class QueueLimitRow(Row):
    """In a queue that has a limit of its own, or none."""

    queue = TagRow()
    capacity = serializers.IntegerField(allow_null=True, help_text="null: no limit.")


class AgentRow(Row):
    """One of us at work."""

    id = Id(source="person.pk")
    person = PersonRow()
    presence = serializers.ChoiceField(
        ["here", "away", "unseen"], source="state", help_text="unseen: not heard of lately, or never."
    )
    since = Moment(allow_null=True, help_text="Away since; else last heard of.")
    in_hand = serializers.IntegerField(help_text="Active tickets that you may see.")
    capacity = serializers.IntegerField(allow_null=True, help_text="Given no more than that; null: no limit.")
    limit_of = serializers.ChoiceField(["person", "desk"], help_text="Whose limit that is: their own, or the desk's.")
    elsewhere = QueueLimitRow(many=True, help_text="Queues of theirs in which another one holds.")
    skills = TagRow(many=True)
    teams = TagRow(many=True)


class Agents(DeskListing):
    """Those you look after: everybody who works tickets, for who may go into every queue; else the teams you lead, and
    yourself."""

    title = "Agents"
    answer = AgentRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[User]:
        return concerned(self.user)

    def tell_all(self, rows: Any) -> Any:
        found = {
            row.person.pk: row
            for row in at_work(User.objects.filter(pk__in=[one.pk for one in rows]), to=self.user, now=timezone.now())
        }
        return super().tell_all([found[one.pk] for one in rows])


class OnAgent(DeskAct):
    """Concerns one of us, and tells how they are at work afterwards."""

    scope = "tickets:write"
    answer = AgentRow

    def target(self, **where: Any) -> User:
        return get_object_or_404(concerned(self.user), pk=where["pk"])

    def act(self, target: User, words: dict[str, Any]) -> dict[str, Any]:
        self.change(target, words, by=self.user, now=timezone.now())
        found = at_work(User.objects.filter(pk=target.pk), to=self.user, now=timezone.now())
        if not found:
            raise Http404
        return {field.name: getattr(found[0], field.name) for field in fields(AtWork)}

    def change(self, whose: User, words: dict[str, Any], **facts: Any) -> None:
        raise NotImplementedError


class PresenceBody(Body):
    away = serializers.BooleanField(help_text="Away: given no tickets by the desk.")
    give_back = serializers.BooleanField(
        default=False, help_text="Going away: what nobody answered goes back to its queues."
    )


class SetPresence(OnAgent):
    """Say of yourself, or of somebody you look after, whether they are there."""

    title = "Away or back"
    body = PresenceBody

    def change(self, whose: User, words: dict[str, Any], **facts: Any) -> None:
        if words["away"]:
            go_away(whose, give_back=words["give_back"], **facts)
        else:
            come_back(whose, **facts)


class ReleaseWork(OnAgent):
    """What they have in hand and you may work goes back to its queues, which give it out anew, and for RELEASED_HOURS
    not to them. They are told who did it."""

    title = "Give work back"

    def change(self, whose: User, words: dict[str, Any], **facts: Any) -> None:
        release(whose, **facts)


class UndoRelease(OnAgent):
    """What was given back for them within RELEASED_HOURS, nobody has had since and both of you may work where it is
    now, is theirs again."""

    title = "Undo giving work back"

    def change(self, whose: User, words: dict[str, Any], **facts: Any) -> None:
        undo_release(whose, **facts)


def concerned(user: Any) -> QuerySet[User]:
    """Whose presence they may say something of: those they look after, and themselves."""
    looked_after = looked_after_by(user).values("pk")
    return User.objects.filter(pk__in=looked_after) | User.objects.filter(pk=user.pk)
